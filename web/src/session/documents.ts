import { graphql } from "../gql";

export const ViewerFields = graphql(`
  fragment ViewerFields on Viewer {
    isDisplay
    staff {
      id
      displayName
      role
      credential
    }
    careTeams {
      id
      name
      timeZone
      dayStartedAt
      viewerCanManage
    }
    canManageStaff
    isPrivacyOfficer
    mayReviewAccess
    canBreakGlass
    canGiveClearances
  }
`);

export const WhoAmI = graphql(`
  query WhoAmI {
    viewer {
      ...ViewerFields
    }
  }
`);

export const SignIn = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      viewer {
        ...ViewerFields
      }
    }
  }
`);

export const SignOut = graphql(`
  mutation SignOut {
    signOut
  }
`);

export const PairDisplay = graphql(`
  mutation PairDisplay($code: String!) {
    pairDisplay(input: { pairingCode: $code }) {
      viewer {
        ...ViewerFields
      }
    }
  }
`);
