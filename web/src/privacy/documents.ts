import { graphql } from "../gql";

export const PatientBlocks = graphql(`
  query PatientBlocks($id: ID!) {
    patient(id: $id) {
      id
      blockedStaff {
        id
        displayName
      }
    }
  }
`);

export const SetConfidentiality = graphql(`
  mutation SetConfidentiality($input: SetPatientConfidentialityInput!) {
    setPatientConfidentiality(input: $input) {
      patient {
        id
        version
        confidentiality
      }
    }
  }
`);

export const BlockFromPatient = graphql(`
  mutation BlockFromPatient($input: BlockFromPatientInput!) {
    blockFromPatient(input: $input) {
      patient {
        id
        version
      }
    }
  }
`);

export const UnblockFromPatient = graphql(`
  mutation UnblockFromPatient($input: UnblockFromPatientInput!) {
    unblockFromPatient(input: $input) {
      patient {
        id
        version
      }
    }
  }
`);

export const StaffClearance = graphql(`
  fragment StaffClearance on StaffMember {
    id
    displayName
    isPrivacyOfficer
    clearances
  }
`);

export const StaffClearances = graphql(`
  query StaffClearances($id: ID!) {
    node(id: $id) {
      __typename
      id
      ...StaffClearance
    }
  }
`);

export const SetClearances = graphql(`
  mutation SetClearances($input: SetStaffClearancesInput!) {
    setStaffClearances(input: $input) {
      staff {
        ...StaffClearance
      }
    }
  }
`);

export const AccessAlerts = graphql(`
  subscription AccessAlerts {
    accessAlerts {
      openReviews
      newest {
        id
        startedAt
        staff {
          id
          displayName
        }
      }
    }
  }
`);

export const Reviews = graphql(`
  query Reviews($open: Boolean!, $first: Int!, $after: String) {
    breakGlassReviews(open: $open, first: $first, after: $after) {
      nodes {
        ...Emergency
      }
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const Emergency = graphql(`
  fragment Emergency on BreakGlass {
    id
    patientId
    patientName
    staff {
      id
      displayName
      role
    }
    reason
    startedAt
    until
    endedAt
    viewerCanReview
    review {
      outcome
      note
      at
      by {
        id
        displayName
      }
    }
  }
`);

export const Review = graphql(`
  mutation Review($input: ReviewBreakGlassInput!) {
    reviewBreakGlass(input: $input) {
      breakGlass {
        ...Emergency
      }
    }
  }
`);

export const LogEntry = graphql(`
  fragment LogEntry on AuditEntry {
    id
    number
    at
    actorKind
    actorName
    staff {
      id
      displayName
    }
    kind
    operation
    purpose
    result
    address
    patientCount
    patients(first: 3) @include(if: $named) {
      id
      displayName
      mrn
    }
  }
`);

/** `named`: with the patients of each row, which is a look at them. */
export const AccessLog = graphql(`
  query AccessLog($filter: AuditFilter, $orderBy: AuditOrder, $named: Boolean!, $first: Int!, $after: String) {
    auditEntries(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      nodes {
        ...LogEntry
      }
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const AccessReport = graphql(`
  query AccessReport($patient: ID!, $from: DateTime, $to: DateTime) {
    patientAccessReport(patientId: $patient, from: $from, to: $to) {
      patient {
        id
        displayName
        mrn
      }
      from
      to
      accesses {
        actorKind
        actorName
        staff {
          id
          displayName
        }
        kind
        purpose
        count
        firstAt
        lastAt
      }
    }
  }
`);

export const TeamPeople = graphql(`
  query TeamPeople {
    viewer {
      careTeams {
        id
        members {
          staff {
            id
            displayName
          }
        }
      }
    }
  }
`);

export const AllPeople = graphql(`
  query AllPeople($search: String) {
    staff(first: 50, filter: { search: $search }) {
      nodes {
        id
        staff {
          id
          displayName
        }
      }
    }
  }
`);
