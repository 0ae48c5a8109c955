import { graphql } from "../gql";

export const HandoffCard = graphql(`
  fragment HandoffCard on Handoff {
    id
    version
    kind
    state
    situation
    ready
    evidence
    next
    dueAt
    createdAt
    acknowledgeBy
    acknowledgedAt
    answer
    viewerCanAcknowledge
    viewerCanRedirect
    viewerCanWithdraw
    from {
      id
      displayName
    }
    to {
      id
      displayName
    }
    acknowledgedBy {
      id
      displayName
    }
    items {
      id
      moved
      task {
        id
        title
        claim {
          by {
            id
          }
        }
      }
      patient {
        id
        displayName
      }
    }
  }
`);

export const RequestCard = graphql(`
  fragment RequestCard on ClaimRequest {
    id
    version
    state
    message
    createdAt
    expiresAt
    answer
    viewerCanAnswer
    task {
      id
      title
    }
    from {
      id
      displayName
    }
    holder {
      id
      displayName
    }
  }
`);

/** What waits in a team: for the viewer, of theirs, for its managers; and who asks for whose task. */
export const Inbox = graphql(`
  query Inbox($team: ID!) {
    toMe: handoffs(careTeamId: $team, box: TO_ME, first: 30) {
      nodes {
        ...HandoffCard
      }
    }
    fromMe: handoffs(careTeamId: $team, box: FROM_ME, first: 30) {
      nodes {
        ...HandoffCard
      }
    }
    escalated: handoffs(careTeamId: $team, box: ESCALATED, first: 30) {
      nodes {
        ...HandoffCard
      }
    }
    claimRequests(careTeamId: $team) {
      ...RequestCard
    }
  }
`);

/** What was handed over lately, whatever became of it. */
export const Lately = graphql(`
  query HandoffsLately($team: ID!) {
    handoffs(careTeamId: $team, box: TEAM, waiting: false, first: 30) {
      nodes {
        ...HandoffCard
      }
    }
  }
`);

export const Stranded = graphql(`
  query StrandedWork($team: ID!) {
    strandedWork(careTeamId: $team, first: 100) {
      nodes {
        id
        version
        title
        status
        statusReason
        claim {
          at
          leaseUntil
          by {
            id
            displayName
          }
        }
      }
    }
  }
`);

/** Everything that somebody holds, on whatever team. */
export const Holding = graphql(`
  query Holding($me: ID!) {
    tasks(filter: { claimedById: $me, status: [ACCEPTED, IN_PROGRESS, ON_HOLD] }, first: 200) {
      nodes {
        id
        version
        title
        status
        statusReason
        dueAt
        careTeam {
          id
        }
      }
    }
    viewer {
      careTeams {
        id
        members {
          staff {
            id
            displayName
            active
          }
        }
      }
    }
  }
`);

/** What somebody could hand over in a team. */
export const MineToGive = graphql(`
  query MineToGive($team: ID!, $me: ID!) {
    tasks(
      filter: { careTeamId: $team, claimedById: $me, status: [ACCEPTED, IN_PROGRESS, ON_HOLD] }
      first: 200
    ) {
      nodes {
        id
        version
        title
        dueAt
        isOverdue
        patient {
          id
          displayName
        }
      }
    }
    patients(filter: { careTeamId: $team, coordinatorId: $me }, first: 200) {
      nodes {
        id
        version
        displayName
        birthDate
      }
      totalCount
    }
  }
`);

export const CreateHandoff = graphql(`
  mutation CreateHandoff($input: CreateHandoffInput!) {
    createHandoff(input: $input) {
      handoff {
        ...HandoffCard
      }
    }
  }
`);

export const EscalateTask = graphql(`
  mutation EscalateTask($input: EscalateTaskInput!) {
    escalateTask(input: $input) {
      handoff {
        ...HandoffCard
      }
    }
  }
`);

export const NotifyAboutTask = graphql(`
  mutation NotifyAboutTask($input: NotifyAboutTaskInput!) {
    notifyAboutTask(input: $input) {
      handoff {
        ...HandoffCard
      }
    }
  }
`);

export const AcknowledgeHandoff = graphql(`
  mutation AcknowledgeHandoff($input: AcknowledgeHandoffInput!) {
    acknowledgeHandoff(input: $input) {
      handoff {
        ...HandoffCard
      }
    }
  }
`);

export const DeclineHandoff = graphql(`
  mutation DeclineHandoff($input: DeclineHandoffInput!) {
    declineHandoff(input: $input) {
      handoff {
        ...HandoffCard
      }
    }
  }
`);

export const RedirectHandoff = graphql(`
  mutation RedirectHandoff($input: RedirectHandoffInput!) {
    redirectHandoff(input: $input) {
      handoff {
        ...HandoffCard
      }
    }
  }
`);

export const WithdrawHandoff = graphql(`
  mutation WithdrawHandoff($input: WithdrawHandoffInput!) {
    withdrawHandoff(input: $input) {
      handoff {
        ...HandoffCard
      }
    }
  }
`);

export const LeaveForTheDay = graphql(`
  mutation LeaveForTheDay($input: LeaveForTheDayInput!) {
    leaveForTheDay(input: $input) {
      tasks {
        ...TaskCard
      }
      handoffs {
        ...HandoffCard
      }
    }
  }
`);

export const AskToTakeOver = graphql(`
  mutation AskToTakeOver($input: AskToTakeOverInput!) {
    askToTakeOver(input: $input) {
      claimRequest {
        ...RequestCard
      }
    }
  }
`);

export const GrantClaimRequest = graphql(`
  mutation GrantClaimRequest($input: GrantClaimRequestInput!) {
    grantClaimRequest(input: $input) {
      claimRequest {
        ...RequestCard
      }
    }
  }
`);

export const DeclineClaimRequest = graphql(`
  mutation DeclineClaimRequest($input: DeclineClaimRequestInput!) {
    declineClaimRequest(input: $input) {
      claimRequest {
        ...RequestCard
      }
    }
  }
`);

export const WithdrawClaimRequest = graphql(`
  mutation WithdrawClaimRequest($input: WithdrawClaimRequestInput!) {
    withdrawClaimRequest(input: $input) {
      claimRequest {
        ...RequestCard
      }
    }
  }
`);
