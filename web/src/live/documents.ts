import { graphql } from "../gql";

/** What a screen of the team knows of a patient. */
export const PatientCard = graphql(`
  fragment PatientCard on Patient {
    id
    version
    displayName
    status
    statusSince
    riskTier
    interpreterNeeded
    preferredLanguage
    careTeam {
      id
    }
    coordinator {
      id
      displayName
    }
  }
`);

/** What a card on the board shows. The feed, the snapshot and every mutation answer with the same fields. */
export const TaskCard = graphql(`
  fragment TaskCard on Task {
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
    viewerCanClaim
    viewerCanAssign
    careTeam {
      id
    }
    claim {
      at
      leaseUntil
      lapsesSoon
      by {
        id
        displayName
      }
    }
    completedBy {
      id
      displayName
    }
    patient {
      ...PatientCard
    }
  }
`);

/** That there is a huddle, and how far it is. Who shows more of it reads it again when this changes. */
export const HuddleMark = graphql(`
  fragment HuddleMark on Huddle {
    id
    version
    state
  }
`);

/** The team itself: its people, its zone, its day. */
export const TeamHead = graphql(`
  fragment TeamHead on CareTeam {
    id
    name
    timeZone
    dayStartedAt
    viewerCanManage
    members {
      staff {
        id
        displayName
        role
        credential
        active
      }
    }
  }
`);

export const TeamSnapshot = graphql(`
  query TeamSnapshot($team: ID!, $daySince: DateTime!, $openAfter: String, $doneAfter: String) {
    careTeam(id: $team) {
      ...TeamHead
      feedCursor
      huddle {
        ...HuddleMark
      }
      open: tasks(
        filter: { status: [DRAFT, READY, ACCEPTED, IN_PROGRESS, ON_HOLD] }
        orderBy: URGENCY
        first: 200
        after: $openAfter
      ) {
        nodes {
          ...TaskCard
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      done: tasks(
        filter: { status: [COMPLETED], completedSince: $daySince }
        orderBy: CREATED_AT
        first: 200
        after: $doneAfter
      ) {
        nodes {
          ...TaskCard
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      attention: patients(filter: { status: [IN_ED, INPATIENT, TRANSITION] }, first: 200) {
        nodes {
          ...PatientCard
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`);

/** Where a team's feed begins, for who only wants to know that something happened there. */
export const BellStart = graphql(`
  query BellStart($team: ID!) {
    careTeam(id: $team) {
      ...TeamHead
      feedCursor
    }
  }
`);

/** That something happened in a team, and nothing of what. */
export const TeamBell = graphql(`
  subscription TeamBell($team: ID!, $after: String) {
    teamFeed(careTeamId: $team, after: $after) {
      __typename
      cursor
      ... on FeedOpened {
        resumption
      }
    }
  }
`);

export const TeamFeed = graphql(`
  subscription TeamFeed($team: ID!, $after: String) {
    teamFeed(careTeamId: $team, after: $after) {
      __typename
      cursor
      at
      ... on FeedOpened {
        resumption
      }
      ... on TaskChanged {
        actor {
          id
          displayName
        }
        task {
          ...TaskCard
        }
      }
      ... on PatientChanged {
        actor {
          id
          displayName
        }
        patient {
          ...PatientCard
        }
      }
      ... on HuddleChanged {
        actor {
          id
          displayName
        }
        huddle {
          ...HuddleMark
        }
      }
      ... on CareTeamChanged {
        careTeam {
          ...TeamHead
        }
      }
      ... on HandoffChanged {
        handoff {
          id
          version
          state
        }
      }
      ... on ClaimRequestChanged {
        claimRequest {
          id
          version
          state
        }
      }
      ... on NodeRemoved {
        nodeId
      }
    }
  }
`);
