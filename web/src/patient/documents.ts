import { graphql } from "../gql";

export const PatientHit = graphql(`
  fragment PatientHit on Patient {
    id
    displayName
    birthDate
    mrn
    status
    careTeam {
      id
      name
    }
  }
`);

export const FindPatients = graphql(`
  query FindPatients($filter: PatientFilter!) {
    patients(filter: $filter, first: 12) {
      nodes {
        ...PatientHit
      }
    }
  }
`);

export const PatientDetails = graphql(`
  fragment PatientDetails on Patient {
    ...PatientCard
    id
    version
    mrn
    birthDate
    gender
    deceasedAt
    statusSource
    statusNote
    viewerCanEdit
    confidentiality
    viewerCanProtect
    emergencyAccess {
      id
      reason
      until
    }
    careTeam {
      id
      name
      members {
        staff {
          id
          displayName
          active
        }
      }
    }
    pharmacy {
      name
      phone
    }
    minutesThisMonth
    identifiers {
      type
      system
      value
    }
    contacts {
      name
      relationship
      phone
      email
      address
    }
    tasks(first: 100) {
      nodes {
        ...TaskCard
      }
      totalCount
    }
  }
`);

export const OpenPatient = graphql(`
  query OpenPatient($id: ID!) {
    patient(id: $id) {
      id
      version
      ...PatientDetails
    }
  }
`);

export const PatientPresence = graphql(`
  subscription PatientPresence($patientId: ID!) {
    patientPresence(patientId: $patientId) {
      patientId
      viewers {
        id
        displayName
      }
    }
  }
`);

export const PatientTimeline = graphql(`
  query PatientTimeline($id: ID!, $first: Int!, $after: String) {
    patient(id: $id) {
      id
      timeline(first: $first, after: $after) {
        nodes {
          id
          at
          kind
          summary
          note
          actor {
            id
            displayName
          }
          task {
            id
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const SetStatus = graphql(`
  mutation SetStatus($input: SetPatientStatusInput!) {
    setPatientStatus(input: $input) {
      patient {
        id
        version
        ...PatientDetails
      }
    }
  }
`);

export const SetPharmacy = graphql(`
  mutation SetPharmacy($input: SetPatientPharmacyInput!) {
    setPatientPharmacy(input: $input) {
      patient {
        id
        version
        pharmacy {
          name
          phone
        }
      }
    }
  }
`);

export const AssignCoordinator = graphql(`
  mutation AssignCoordinator($input: AssignCoordinatorInput!) {
    assignCoordinator(input: $input) {
      patient {
        id
        version
        ...PatientDetails
      }
    }
  }
`);

export const MovePatient = graphql(`
  mutation MovePatient($input: MovePatientInput!) {
    movePatient(input: $input) {
      patient {
        id
        version
        ...PatientDetails
      }
    }
  }
`);

export const OpenInEmergency = graphql(`
  mutation OpenInEmergency($input: BreakGlassInput!) {
    breakGlass(input: $input) {
      breakGlass {
        id
        patientId
      }
    }
  }
`);

export const EndEmergency = graphql(`
  mutation EndEmergency($input: EndBreakGlassInput!) {
    endBreakGlass(input: $input) {
      breakGlass {
        id
        endedAt
      }
    }
  }
`);

/** Without a word about the patients: asking for it is no look at them. */
export const MyEmergencies = graphql(`
  query MyEmergencies {
    viewer {
      emergencyAccess {
        id
        patientId
        startedAt
        until
      }
    }
  }
`);
