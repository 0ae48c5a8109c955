import { graphql } from "../gql";

export const SessionLine = graphql(`
  fragment SessionLine on Session {
    id
    kind
    label
    address
    createdAt
    lastActiveAt
    current
  }
`);

export const FactorLine = graphql(`
  fragment FactorLine on Factor {
    id
    kind
    label
    createdAt
    lastUsedAt
  }
`);

export const MyAccount = graphql(`
  query MyAccount {
    viewer {
      hasPin
      recoveryCodesLeft
      secondFactorRequired
      factors {
        id
        ...FactorLine
      }
    }
    mySessions {
      id
      ...SessionLine
    }
  }
`);

export const ChangePassword = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      session {
        id
      }
    }
  }
`);

export const RemoveFactor = graphql(`
  mutation RemoveFactor($input: RemoveFactorInput!) {
    removeFactor(input: $input) {
      factors {
        id
      }
    }
  }
`);

export const RenewRecoveryCodes = graphql(`
  mutation RenewRecoveryCodes($input: RenewRecoveryCodesInput!) {
    renewRecoveryCodes(input: $input) {
      recoveryCodes
    }
  }
`);

export const RevokeSession = graphql(`
  mutation RevokeSession($input: RevokeSessionInput!) {
    revokeSession(input: $input) {
      sessions {
        id
      }
    }
  }
`);

export const RevokeOtherSessions = graphql(`
  mutation RevokeOtherSessions($input: RevokeOtherSessionsInput!) {
    revokeOtherSessions(input: $input) {
      sessions {
        id
      }
    }
  }
`);

export const SetPin = graphql(`
  mutation SetPin($input: SetPinInput!) {
    setPin(input: $input) {
      viewer {
        hasPin
      }
    }
  }
`);

export const RemovePin = graphql(`
  mutation RemovePin($input: RemovePinInput!) {
    removePin(input: $input) {
      viewer {
        hasPin
      }
    }
  }
`);

export const ConfirmActing = graphql(`
  mutation ConfirmActing($input: ConfirmActingInput!) {
    confirmActing(input: $input) {
      display {
        id
        name
      }
      until
    }
  }
`);
