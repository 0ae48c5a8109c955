import { graphql } from "../gql";

export const RequestPairing = graphql(`
  mutation RequestPairing {
    requestDisplayPairing {
      userCode
      deviceCode
      expiresAt
      interval
    }
  }
`);

export const ActingFields = graphql(`
  fragment ActingFields on Viewer {
    acting {
      staff {
        id
        displayName
      }
      until
    }
  }
`);

export const WhoActs = graphql(`
  query WhoActs {
    viewer {
      ...ActingFields
    }
  }
`);

export const WhoCanAct = graphql(`
  query WhoCanAct($team: ID!) {
    careTeam(id: $team) {
      id
      members {
        hasPin
        staff {
          id
          displayName
          active
        }
      }
    }
  }
`);

export const ActOnDisplay = graphql(`
  mutation ActOnDisplay($input: ActOnDisplayInput!) {
    actOnDisplay(input: $input) {
      viewer {
        ...ActingFields
      }
    }
  }
`);

export const RequestActing = graphql(`
  mutation RequestActing {
    requestActing(input: {}) {
      actCode
      expiresAt
    }
  }
`);

export const EndActing = graphql(`
  mutation EndActing {
    endActing(input: {}) {
      viewer {
        ...ActingFields
      }
    }
  }
`);
