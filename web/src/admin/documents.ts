import { graphql } from "../gql";

export const Account = graphql(`
  fragment Account on StaffAccount {
    id
    staff {
      id
      displayName
      role
      credential
      active
    }
    email
    state
    careTeams {
      id
      name
    }
    factors
    secondFactorRequired
    lockedUntil
    lastActiveAt
    createdAt
    viewerCanEdit
    viewerCanRecover
  }
`);

export const People = graphql(`
  query People($first: Int, $after: String, $filter: StaffFilter) {
    staff(first: $first, after: $after, filter: $filter) {
      totalCount
      nodes {
        id
        ...Account
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export const Person = graphql(`
  query Person($id: ID!) {
    staffAccount(id: $id) {
      id
      ...Account
      sessions {
        id
        ...SessionLine
      }
    }
  }
`);

export const Teams = graphql(`
  query Teams {
    careTeams(first: 100) {
      nodes {
        id
        name
        viewerCanManage
        viewerCanPairDisplay
      }
    }
  }
`);

export const InviteStaff = graphql(`
  mutation InviteStaff($input: InviteStaffInput!) {
    inviteStaff(input: $input) {
      account {
        id
        ...Account
      }
      link {
        url
        expiresAt
      }
    }
  }
`);

export const CreateRecoveryLink = graphql(`
  mutation CreateRecoveryLink($input: CreateRecoveryLinkInput!) {
    createRecoveryLink(input: $input) {
      link {
        url
        expiresAt
      }
    }
  }
`);

export const ResetFactors = graphql(`
  mutation ResetFactors($input: ResetFactorsInput!) {
    resetFactors(input: $input) {
      account {
        ...Account
      }
    }
  }
`);

export const RevokeStaffSessions = graphql(`
  mutation RevokeStaffSessions($input: RevokeStaffSessionsInput!) {
    revokeStaffSessions(input: $input) {
      account {
        ...Account
      }
    }
  }
`);

export const UpdateStaff = graphql(`
  mutation UpdateStaff($input: UpdateStaffInput!) {
    updateStaff(input: $input) {
      account {
        ...Account
      }
    }
  }
`);

export const DeactivateStaff = graphql(`
  mutation DeactivateStaff($input: DeactivateStaffInput!) {
    deactivateStaff(input: $input) {
      account {
        ...Account
      }
    }
  }
`);

export const ReactivateStaff = graphql(`
  mutation ReactivateStaff($input: ReactivateStaffInput!) {
    reactivateStaff(input: $input) {
      account {
        ...Account
      }
    }
  }
`);

export const AddMember = graphql(`
  mutation AddMember($input: AddCareTeamMemberInput!) {
    addCareTeamMember(input: $input) {
      careTeam {
        id
      }
    }
  }
`);

export const RemoveMember = graphql(`
  mutation RemoveMember($input: RemoveCareTeamMemberInput!) {
    removeCareTeamMember(input: $input) {
      careTeam {
        id
      }
    }
  }
`);

export const DisplayLine = graphql(`
  fragment DisplayLine on Display {
    id
    name
    careTeam {
      id
      name
      viewerCanPairDisplay
    }
    confirmedAt
    pairedAt
    pairedBy {
      id
      displayName
    }
    lastSeenAt
    online
  }
`);

export const Displays = graphql(`
  query Displays {
    displays {
      id
      ...DisplayLine
    }
  }
`);

export const ConfirmDisplay = graphql(`
  mutation ConfirmDisplay($input: ConfirmDisplayInput!) {
    confirmDisplay(input: $input) {
      display {
        ...DisplayLine
      }
    }
  }
`);

export const RenameDisplay = graphql(`
  mutation RenameDisplay($input: RenameDisplayInput!) {
    renameDisplay(input: $input) {
      display {
        ...DisplayLine
      }
    }
  }
`);

export const RevokeDisplay = graphql(`
  mutation RevokeDisplay($input: RevokeDisplayInput!) {
    revokeDisplay(input: $input) {
      display {
        id
      }
    }
  }
`);

export const TokenLine = graphql(`
  fragment TokenLine on IntegrationToken {
    id
    name
    scopes
    createdAt
    createdBy {
      id
      displayName
    }
    expiresAt
    lastUsedAt
    revokedAt
    active
  }
`);

export const Integrations = graphql(`
  query Integrations {
    integrationTokens {
      id
      ...TokenLine
    }
  }
`);

export const CreateToken = graphql(`
  mutation CreateToken($input: CreateIntegrationTokenInput!) {
    createIntegrationToken(input: $input) {
      token
      integrationToken {
        ...TokenLine
      }
    }
  }
`);

export const RevokeToken = graphql(`
  mutation RevokeToken($input: RevokeIntegrationTokenInput!) {
    revokeIntegrationToken(input: $input) {
      integrationToken {
        ...TokenLine
      }
    }
  }
`);
