import { graphql } from "../gql";

export const Minutes = graphql(`
  fragment Minutes on MinuteEntry {
    id
    minutes
    note
    at
    date
    enteredInErrorAt
    viewerCanCorrect
    patient {
      id
      displayName
    }
    task {
      id
      title
    }
  }
`);

export const MyDay = graphql(`
  query MyDay {
    myDay {
      date
      minutesToday
      queue {
        rank
        isMine
        phone
        aheadBy
        why {
          kind
          words
          at
          by {
            id
            displayName
          }
        }
        task {
          ...TaskCard
        }
      }
      batches {
        kind
        name
        phone
        patients {
          id
          displayName
        }
        tasks {
          id
        }
      }
      waiting {
        kind
        words
        since
        on {
          id
          displayName
        }
        task {
          ...TaskCard
        }
      }
      minuteEntries {
        ...Minutes
      }
    }
  }
`);

export const LogMinutes = graphql(`
  mutation LogMinutes($input: LogMinutesInput!) {
    logMinutes(input: $input) {
      minuteEntry {
        ...Minutes
      }
    }
  }
`);

export const TakeBackMinutes = graphql(`
  mutation TakeBackMinutes($input: EnterMinutesInErrorInput!) {
    enterMinutesInError(input: $input) {
      minuteEntry {
        ...Minutes
      }
    }
  }
`);

export const RecordCall = graphql(`
  mutation RecordCall($input: RecordCallInput!) {
    recordCall(input: $input) {
      call {
        id
        callBack {
          ...TaskCard
        }
        credits {
          result
          reason
          task {
            ...TaskCard
          }
        }
      }
    }
  }
`);
