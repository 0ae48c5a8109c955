import { graphql } from "../gql";

/** What a board of the past shows of a patient. */
export const PatientThen = graphql(`
  fragment PatientThen on PatientMoment {
    id
    version
    displayName
    status
    statusSince
    riskTier
    interpreterNeeded
    preferredLanguage
    careTeamId
    coordinator {
      id
      displayName
    }
  }
`);

/** What a card of the past shows. */
export const TaskThen = graphql(`
  fragment TaskThen on TaskMoment {
    id
    version
    kind
    kindName
    title
    status
    statusReason
    statusSince
    priority
    dueAt
    dueState
    isOverdue
    createdAt
    completedAt
    completedBy {
      id
      displayName
    }
    holder {
      id
      displayName
    }
    claimedAt
    leaseUntil
    patient {
      ...PatientThen
    }
  }
`);

export const ReplayBoard = graphql(`
  query ReplayBoard($team: ID!, $at: DateTime!) {
    replay(careTeamId: $team, at: $at) {
      at
      cursor
      keptSince
      dayStartedAt
      timeZone
      tasks {
        ...TaskThen
      }
      patients {
        ...PatientThen
      }
    }
  }
`);

export const ReplayStretch = graphql(`
  query ReplayStretch($team: ID!, $after: String!, $until: DateTime!) {
    replayItems(careTeamId: $team, after: $after, until: $until, first: 200) {
      cursor
      hasMore
      items {
        cursor
        at
        kind
        nodeId
        actor {
          id
          displayName
        }
        task {
          ...TaskThen
        }
        patient {
          ...PatientThen
        }
      }
    }
  }
`);

export const ReplayKept = graphql(`
  query ReplayKept($team: ID!, $at: DateTime!) {
    replay(careTeamId: $team, at: $at) {
      at
      keptSince
    }
  }
`);
