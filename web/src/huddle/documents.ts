import { graphql } from "../gql";

/** All that a screen of the team's people shows of a huddle. The page, and every mutation, answer with the same fields. */
export const HuddleFields = graphql(`
  fragment HuddleFields on Huddle {
    id
    version
    date
    slot
    state
    facilitator {
      id
      displayName
    }
    startedAt
    endedAt
    lengthMinutes
    endsBy
    currentItem {
      id
    }
    currentSince
    itemSeconds
    items {
      id
      version
      position
      section
      patient {
        id
        displayName
        birthDate
        status
        statusSince
        riskTier
        interpreterNeeded
        preferredLanguage
        coordinator {
          id
          displayName
        }
      }
      task {
        id
        title
        kind
        kindName
        status
        dueAt
        isOverdue
        claim {
          by {
            id
            displayName
          }
        }
      }
      reasons {
        code
        words
        since
        dueAt
        rolledOverFrom
        task {
          id
          kind
        }
      }
      why
      state
      settledAt
      settledBy {
        id
        displayName
      }
      seconds
      note
      addedBy {
        id
        displayName
      }
      rolledOverFrom
      decisions {
        at
        decidedBy {
          id
          displayName
        }
        task {
          id
          title
          kindName
          status
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
    leftOut
    attendance {
      id
      displayName
    }
    record {
      sha256
    }
    viewerCanLead
  }
`);

export const TeamHuddle = graphql(`
  query TeamHuddle($team: ID!) {
    careTeam(id: $team) {
      id
      huddle {
        ...HuddleFields
      }
    }
  }
`);

export const OpenHuddle = graphql(`
  mutation OpenHuddle($input: OpenHuddleInput!) {
    openHuddle(input: $input) {
      huddle {
        ...HuddleFields
      }
    }
  }
`);

export const StartHuddle = graphql(`
  mutation StartHuddle($input: StartHuddleInput!) {
    startHuddle(input: $input) {
      huddle {
        ...HuddleFields
      }
    }
  }
`);

export const TakeHuddleLead = graphql(`
  mutation TakeHuddleLead($input: TakeHuddleLeadInput!) {
    takeHuddleLead(input: $input) {
      huddle {
        ...HuddleFields
      }
    }
  }
`);

export const MoveHuddle = graphql(`
  mutation MoveHuddle($input: MoveHuddleInput!) {
    moveHuddle(input: $input) {
      huddle {
        ...HuddleFields
      }
    }
  }
`);

export const SettleHuddleItem = graphql(`
  mutation SettleHuddleItem($input: SettleHuddleItemInput!) {
    settleHuddleItem(input: $input) {
      huddle {
        ...HuddleFields
      }
    }
  }
`);

export const DecideInHuddle = graphql(`
  mutation DecideInHuddle($input: DecideInHuddleInput!) {
    decideInHuddle(input: $input) {
      huddle {
        ...HuddleFields
      }
      task {
        ...TaskCard
      }
    }
  }
`);

export const AddHuddleItem = graphql(`
  mutation AddHuddleItem($input: AddHuddleItemInput!) {
    addHuddleItem(input: $input) {
      huddle {
        ...HuddleFields
      }
    }
  }
`);

export const SetHuddleAttendance = graphql(`
  mutation SetHuddleAttendance($input: SetHuddleAttendanceInput!) {
    setHuddleAttendance(input: $input) {
      huddle {
        ...HuddleFields
      }
    }
  }
`);

export const EndHuddle = graphql(`
  mutation EndHuddle($input: EndHuddleInput!) {
    endHuddle(input: $input) {
      huddle {
        ...HuddleFields
      }
    }
  }
`);

export const ReadHuddleSettings = graphql(`
  query ReadHuddleSettings($team: ID!) {
    careTeam(id: $team) {
      id
      huddleSettings {
        lengthMinutes
        highestTouchDays
        highTouchDays
        risingTouchDays
        lowTouchDays
      }
    }
  }
`);

export const SetHuddleSettings = graphql(`
  mutation SetHuddleSettings($input: SetHuddleSettingsInput!) {
    setHuddleSettings(input: $input) {
      careTeam {
        id
        huddleSettings {
          lengthMinutes
          highestTouchDays
          highTouchDays
          risingTouchDays
          lowTouchDays
        }
      }
    }
  }
`);

export const HuddleNewsFields = graphql(`
  fragment HuddleNewsFields on HuddleNews {
    at
    kind
    words
    actor {
      id
      displayName
    }
    patient {
      id
      displayName
    }
    task {
      id
    }
  }
`);

export const TeamSinceHuddle = graphql(`
  query TeamSinceHuddle($team: ID!, $first: Int!) {
    careTeam(id: $team) {
      id
      sinceLastHuddle {
        since
        huddle {
          id
        }
        news(first: $first) {
          ...HuddleNewsFields
        }
      }
    }
  }
`);

export const PatientSinceHuddle = graphql(`
  query PatientSinceHuddle($id: ID!, $first: Int!) {
    patient(id: $id) {
      id
      sinceLastHuddle {
        since
        huddle {
          id
        }
        news(first: $first) {
          ...HuddleNewsFields
        }
      }
    }
  }
`);

export const PastHuddles = graphql(`
  query PastHuddles($team: ID!, $first: Int!, $after: String) {
    careTeam(id: $team) {
      id
      huddles(first: $first, after: $after) {
        nodes {
          id
          date
          slot
          state
          startedAt
          endedAt
          facilitator {
            id
            displayName
          }
        }
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const OpenRecord = graphql(`
  query OpenRecord($id: ID!) {
    huddle(id: $id) {
      id
      ...RecordFields
    }
  }
`);

export const RecordFields = graphql(`
  fragment RecordFields on Huddle {
    id
    version
    date
    slot
    state
    startedAt
    endedAt
    lengthMinutes
    facilitator {
      id
      displayName
    }
    careTeam {
      id
      name
    }
    record {
      sha256
      verified
      signedBy {
        id
        displayName
      }
      signedAt
      evidence
      attendance {
        id
        displayName
        role
        credential
      }
      items {
        patient {
          id
          displayName
          birthDate
        }
        section
        reasons
        state
        seconds
        note
        decisions {
          title
          kind
          owner {
            id
            displayName
          }
          dueAt
          task {
            id
            status
          }
        }
      }
      addenda {
        id
        author {
          id
          displayName
        }
        at
        text
      }
    }
  }
`);

export const AddHuddleAddendum = graphql(`
  mutation AddHuddleAddendum($input: AddHuddleAddendumInput!) {
    addHuddleAddendum(input: $input) {
      huddle {
        id
        ...RecordFields
      }
    }
  }
`);
