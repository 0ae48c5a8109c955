import { graphql } from "../gql";

export const ClaimTask = graphql(`
  mutation ClaimTask($input: ClaimTaskInput!) {
    claimTask(input: $input) {
      outcome
      task {
        ...TaskCard
      }
    }
  }
`);

export const ReleaseTask = graphql(`
  mutation ReleaseTask($input: ReleaseTaskInput!) {
    releaseTask(input: $input) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const RenewClaim = graphql(`
  mutation RenewClaim($input: RenewClaimInput!) {
    renewClaim(input: $input) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const StartTask = graphql(`
  mutation StartTask($input: StartTaskInput!) {
    startTask(input: $input) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const CompleteTask = graphql(`
  mutation CompleteTask($input: CompleteTaskInput!) {
    completeTask(input: $input) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const HoldTask = graphql(`
  mutation HoldTask($input: HoldTaskInput!) {
    holdTask(input: $input) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const CancelTask = graphql(`
  mutation CancelTask($input: CancelTaskInput!) {
    cancelTask(input: $input) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const FailTask = graphql(`
  mutation FailTask($input: FailTaskInput!) {
    failTask(input: $input) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const PublishTask = graphql(`
  mutation PublishTask($input: PublishTaskInput!) {
    publishTask(input: $input) {
      task {
        ...TaskCard
      }
    }
  }
`);

export const AssignTask = graphql(`
  mutation AssignTask($input: AssignTaskInput!) {
    assignTask(input: $input) {
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
  mutation AddComment($input: AddTaskCommentInput!) {
    addTaskComment(input: $input) {
      task {
        id
        version
        ...TaskDetails
      }
    }
  }
`);

export const AddStep = graphql(`
  mutation AddStep($input: AddTaskStepInput!) {
    addTaskStep(input: $input) {
      task {
        id
        version
        ...TaskDetails
      }
    }
  }
`);

export const CheckStep = graphql(`
  mutation CheckStep($input: CheckTaskStepInput!) {
    checkTaskStep(input: $input) {
      task {
        id
        version
        ...TaskDetails
      }
    }
  }
`);
