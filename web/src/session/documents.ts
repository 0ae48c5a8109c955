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
    canInviteStaff
    isPrivacyOfficer
    mayReviewAccess
    canBreakGlass
    canGiveClearances
    session {
      ...SessionLimits
    }
  }
`);

/** When the session ends, and why. */
export const SessionLimits = graphql(`
  fragment SessionLimits on Session {
    id
    idleSeconds
    idleExpiresAt
    expiresAt
  }
`);

export const ReadLimits = graphql(`
  query ReadLimits {
    viewer {
      session {
        ...SessionLimits
      }
    }
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

export const SignInOptions = graphql(`
  query SignInOptions {
    signInOptions {
      password
      passkeys
      oidc {
        name
        startPath
      }
    }
  }
`);

export const CompleteSignIn = graphql(`
  mutation CompleteSignIn($input: CompleteSignInInput!) {
    completeSignIn(input: $input) {
      viewer {
        ...ViewerFields
      }
    }
  }
`);

export const BeginPasskeySignIn = graphql(`
  mutation BeginPasskeySignIn($input: BeginPasskeySignInInput!) {
    beginPasskeySignIn(input: $input) {
      challenge
      options
    }
  }
`);

export const BeginTotpEnrolment = graphql(`
  mutation BeginTotpEnrolment($input: BeginTotpEnrolmentInput!) {
    beginTotpEnrolment(input: $input) {
      challenge
      secret
      uri
    }
  }
`);

export const ConfirmTotpEnrolment = graphql(`
  mutation ConfirmTotpEnrolment($input: ConfirmTotpEnrolmentInput!) {
    confirmTotpEnrolment(input: $input) {
      factor {
        id
        kind
      }
      recoveryCodes
    }
  }
`);

export const BeginPasskeyRegistration = graphql(`
  mutation BeginPasskeyRegistration($input: BeginPasskeyRegistrationInput!) {
    beginPasskeyRegistration(input: $input) {
      challenge
      options
    }
  }
`);

export const FinishPasskeyRegistration = graphql(`
  mutation FinishPasskeyRegistration($input: FinishPasskeyRegistrationInput!) {
    finishPasskeyRegistration(input: $input) {
      factor {
        id
        kind
      }
      recoveryCodes
    }
  }
`);

export const OpenLink = graphql(`
  mutation OpenLink($input: OpenLinkInput!) {
    openLink(input: $input) {
      kind
      displayName
      email
      organization
      expiresAt
    }
  }
`);

export const AcceptLink = graphql(`
  mutation AcceptLink($input: AcceptLinkInput!) {
    acceptLink(input: $input) {
      viewer {
        ...ViewerFields
      }
    }
  }
`);

export const Reauthenticate = graphql(`
  mutation Reauthenticate($input: ReauthenticateInput!) {
    reauthenticate(input: $input) {
      session {
        id
        recentUntil
      }
    }
  }
`);

/** With what somebody can prove who they are. */
export const MyProofs = graphql(`
  query MyProofs {
    viewer {
      factors {
        id
        kind
      }
    }
  }
`);
