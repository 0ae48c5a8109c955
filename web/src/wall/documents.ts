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

/** What a shared screen shows of a huddle: no titles and no notes, which may name the patient. */
export const WallHuddle = graphql(`
  query WallHuddle($team: ID!) {
    careTeam(id: $team) {
      id
      huddle {
        ...WallHuddleFields
      }
    }
  }
`);

export const WallHuddleFields = graphql(`
  fragment WallHuddleFields on Huddle {
    id
    version
    state
    slot
    startedAt
    lengthMinutes
    currentSince
    itemSeconds
    facilitator {
      id
      displayName
    }
    attendance {
      id
    }
    currentItem {
      ...WallHuddleItem
    }
    nextItems(first: 4) {
      ...WallHuddleItem
    }
    items {
      id
      state
    }
  }
`);

export const WallHuddleItem = graphql(`
  fragment WallHuddleItem on HuddleItem {
    id
    version
    position
    section
    seconds
    patient {
      id
      displayName
      status
    }
    task {
      id
      kindName
    }
    reasons {
      code
      words
      since
      dueAt
    }
    decisions {
      at
      task {
        id
        kindName
        dueAt
        isOverdue
        claim {
          by {
            id
            displayName
          }
        }
      }
    }
  }
`);
