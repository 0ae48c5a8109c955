import type { CodegenConfig } from "@graphql-codegen/cli";
// @ts-expect-error: a script without types.
import { registered } from "./scripts/registered.mjs";

/** Types for the documents in src/, from the schema that the server serves (schema.graphql). */
const config: CodegenConfig = {
  schema: "schema.graphql",
  documents: ["src/**/*.ts", "src/**/*.tsx", "!src/gql/**"],
  generates: {
    "src/gql/": {
      preset: "client",
      presetConfig: {
        fragmentMasking: { unmaskFunctionName: "readFragment" },
        // The id of each document goes into the dashboard, and its text into src/gql/persisted-documents.json.
        persistedDocuments: {
          mode: "embedHashInDocument",
          hashAlgorithm: (text: string): string => registered(text).id,
        },
      },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        strictScalars: true,
        scalars: { DateTime: "string", Date: "string" },
      },
    },
    // The closed set of error codes: no document selects it, so the preset leaves it out.
    "src/gql/enums.ts": { plugins: ["typescript"], config: { onlyEnums: true, enumsAsTypes: true } },
  },
};

export default config;
