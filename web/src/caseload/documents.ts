import { graphql } from "../gql";

export const Load = graphql(`
  fragment Load on Caseload {
    patients
    highRiskPatients
    openTasks
    overdueTasks
    weightedLoad
    capacity
    effectiveCapacity
    parts {
      kind
      tier
      count
      weight
      load
    }
  }
`);

export const TeamCaseload = graphql(`
  query TeamCaseload($team: ID!) {
    careTeam(id: $team) {
      id
      timeZone
      viewerCanManage
      viewerCanRebalance
      medianRelativeLoad
      caseload {
        ...Load
      }
      withoutCoordinator: patients(filter: { withoutCoordinator: true }, first: 1) {
        totalCount
      }
      members {
        staff {
          id
          displayName
          role
          credential
          active
          languages
        }
        isOff
        workPattern {
          days
          hoursShare
          version
        }
        timeOff {
          id
          from
          to
          reason
        }
        caseload {
          ...Load
        }
      }
      covers {
        id
        startedAt
        returnsOn
        endedAt
        note
        staff {
          id
          displayName
        }
      }
      rebalances {
        id
        at
        moves
        undoneAt
        viewerCanUndo
        by {
          id
          displayName
        }
        kept {
          why
          patient {
            id
            displayName
          }
        }
      }
    }
  }
`);

export const LoadTrend = graphql(`
  query LoadTrend($team: ID!, $weeks: Int!) {
    careTeam(id: $team) {
      id
      loadTrend(weeks: $weeks) {
        date
        load
        capacity
        staff {
          id
          displayName
        }
      }
    }
  }
`);

export const MemberPatients = graphql(`
  query MemberPatients($filter: PatientFilter!, $first: Int!) {
    patients(filter: $filter, first: $first) {
      totalCount
      nodes {
        ...PatientCard
      }
    }
  }
`);

export const PlanRebalance = graphql(`
  query PlanRebalance($input: RebalancePlanInput!) {
    rebalancePlan(input: $input) {
      pinnedPatients
      maxBefore
      maxAfter
      medianBefore
      medianAfter
      leftOut {
        reason
        staff {
          id
          displayName
        }
      }
      members {
        capacity
        loadBefore
        loadAfter
        relativeBefore
        relativeAfter
        staff {
          id
          displayName
        }
      }
      moves {
        version
        weight
        reasons
        words
        patient {
          id
          displayName
          riskTier
        }
        from {
          id
          displayName
        }
        to {
          id
          displayName
        }
      }
    }
  }
`);

export const ApplyRebalance = graphql(`
  mutation ApplyRebalance($input: ApplyRebalanceInput!) {
    applyRebalance(input: $input) {
      rebalance {
        id
        moves
        viewerCanUndo
      }
    }
  }
`);

export const UndoRebalance = graphql(`
  mutation UndoRebalance($input: UndoRebalanceInput!) {
    undoRebalance(input: $input) {
      rebalance {
        id
        undoneAt
        viewerCanUndo
        moves
        kept {
          why
          patient {
            id
            displayName
          }
        }
      }
    }
  }
`);

export const CoverMember = graphql(`
  mutation CoverMember($input: CoverMemberInput!) {
    coverMember(input: $input) {
      cover {
        id
        note
      }
    }
  }
`);

export const EndCover = graphql(`
  mutation EndCover($input: EndCoverInput!) {
    endCover(input: $input) {
      cover {
        id
        endedAt
        note
      }
    }
  }
`);

export const AddTimeOff = graphql(`
  mutation AddTimeOff($input: AddTimeOffInput!) {
    addTimeOff(input: $input) {
      timeOff {
        id
      }
    }
  }
`);

export const CancelTimeOff = graphql(`
  mutation CancelTimeOff($input: CancelTimeOffInput!) {
    cancelTimeOff(input: $input) {
      timeOff {
        id
        isCancelled
      }
    }
  }
`);

export const SetWorkPattern = graphql(`
  mutation SetWorkPattern($input: SetWorkPatternInput!) {
    setWorkPattern(input: $input) {
      staff {
        id
        languages
      }
    }
  }
`);

export const ReadSettings = graphql(`
  query ReadCaseloadSettings {
    caseloadSettings {
      notAssessed
      low
      rising
      high
      highest
      openTask
      overdue
      clockThisWeek
      version
      capacityByRole {
        role
        capacity
      }
    }
  }
`);

export const SetSettings = graphql(`
  mutation SetCaseloadSettings($input: SetCaseloadSettingsInput!) {
    setCaseloadSettings(input: $input) {
      settings {
        version
      }
    }
  }
`);

export const SetCapacity = graphql(`
  mutation SetCapacity($input: SetMemberCapacityInput!) {
    setMemberCapacity(input: $input) {
      careTeam {
        id
      }
    }
  }
`);
