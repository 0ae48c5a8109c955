import { graphql } from "../gql";

export const ClaimTask = graphql(`
  mutation ClaimTask($id: ID!) {
    claimTask(input: { taskId: $id }) {
      outcome
      task {
        ...TaskCard
      }
    }
  }
`);

export const ReleaseTask = graphql(`
  mutation ReleaseTask($id: ID!, $reason: String) {
    releaseTask(input: { taskId: $id, reason: $reason }) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const StartTask = graphql(`
  mutation StartTask($id: ID!) {
    startTask(input: { taskId: $id }) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const CompleteTask = graphql(`
  mutation CompleteTask($id: ID!, $note: String) {
    completeTask(input: { taskId: $id, note: $note }) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const HoldTask = graphql(`
  mutation HoldTask($id: ID!, $reason: String!) {
    holdTask(input: { taskId: $id, reason: $reason }) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const CancelTask = graphql(`
  mutation CancelTask($id: ID!, $reason: String!) {
    cancelTask(input: { taskId: $id, reason: $reason }) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const FailTask = graphql(`
  mutation FailTask($id: ID!, $reason: String!) {
    failTask(input: { taskId: $id, reason: $reason }) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const PublishTask = graphql(`
  mutation PublishTask($id: ID!) {
    publishTask(input: { taskId: $id }) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const AssignTask = graphql(`
  mutation AssignTask($id: ID!, $staff: ID) {
    assignTask(input: { taskId: $id, staffId: $staff }) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const CreateTask = graphql(`
  mutation CreateTask($input: CreateTaskInput!) {
    createTask(input: $input) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const TaskKinds = graphql(`
  query TaskKinds {
    taskKinds {
      code
      name
    }
  }
`);

export const TaskDetails = graphql(`
  fragment TaskDetails on Task {
    ...TaskCard
    instructions
    steps {
      id
      text
      doneAt
      doneBy {
        id
        displayName
      }
    }
    comments(first: 100) {
      nodes {
        id
        at
        text
        author {
          id
          displayName
        }
      }
    }
    history(first: 100) {
      nodes {
        id
        at
        action
        status
        reason
        actor {
          id
          displayName
        }
        holder {
          id
          displayName
        }
      }
    }
    timeInStatus {
      status
      seconds
    }
  }
`);

export const OpenTask = graphql(`
  query OpenTask($id: ID!) {
    task(id: $id) {
      id
      version
      ...TaskDetails
    }
  }
`);

export const AddComment = graphql(`
  mutation AddComment($id: ID!, $text: String!) {
    addTaskComment(input: { taskId: $id, text: $text }) {
      task {
        id
        version
        ...TaskDetails
      }
    }
  }
`);

export const AddStep = graphql(`
  mutation AddStep($id: ID!, $text: String!) {
    addTaskStep(input: { taskId: $id, text: $text }) {
      task {
        id
        version
        ...TaskDetails
      }
    }
  }
`);

export const CheckStep = graphql(`
  mutation CheckStep($id: ID!, $step: ID!, $done: Boolean!) {
    checkTaskStep(input: { taskId: $id, stepId: $step, done: $done }) {
      task {
        id
        version
        ...TaskDetails
      }
    }
  }
`);
