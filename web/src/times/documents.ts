import { graphql } from "../gql";

export const WorkTimeNumbers = graphql(`
  fragment WorkTimeNumbers on WorkTime {
    reached
    waiting
    ended
    p25
    median
    p75
    p90
    tooFew
  }
`);

export const WorkTimesOfGroup = graphql(`
  fragment WorkTimesOfGroup on WorkTimesGroup {
    key
    name
    tasks
    open
    firstTouch {
      ...WorkTimeNumbers
    }
    claim {
      ...WorkTimeNumbers
    }
    completion {
      ...WorkTimeNumbers
    }
    timeInStatus {
      status
      seconds
    }
  }
`);

export const WorkTimesBy = graphql(`
  query WorkTimesBy($filter: WorkTimesFilter!, $by: WorkTimesGrouping!) {
    workTimes(filter: $filter, groupBy: $by) {
      from
      to
      timeZone
      groups {
        ...WorkTimesOfGroup
      }
      total {
        ...WorkTimesOfGroup
      }
    }
  }
`);
