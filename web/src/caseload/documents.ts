import { graphql } from "../gql";

export const Load = graphql(`
  fragment Load on Caseload {
    patients
    highRiskPatients
    openTasks
    overdueTasks
    weightedLoad
    capacity
  }
`);

export const TeamCaseload = graphql(`
  query TeamCaseload($team: ID!) {
    careTeam(id: $team) {
      id
      viewerCanManage
      caseload {
        ...Load
      }
      members {
        staff {
          id
          displayName
          role
          credential
          active
        }
        caseload {
          ...Load
        }
      }
    }
  }
`);

export const MemberPatients = graphql(`
  query MemberPatients($filter: PatientFilter!, $first: Int!) {
    patients(filter: $filter, first: $first) {
      totalCount
      nodes {
        ...PatientCard
      }
    }
  }
`);

export const SetCapacity = graphql(`
  mutation SetCapacity($input: SetMemberCapacityInput!) {
    setMemberCapacity(input: $input) {
      careTeam {
        id
      }
    }
  }
`);
