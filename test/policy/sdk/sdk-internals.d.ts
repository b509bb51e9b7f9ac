/** The analyzer's functions, which the policy SDK (1.21) keeps out of its type declarations. */
import type { EnforcementLevel, Policies } from "@pulumi/policy";
import type {
    AnalyzeRequest,
    AnalyzeResponse,
    AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";

declare module "@pulumi/policy/server" {
    type Make<Request> = (
        packName: string,
        packVersion: string,
        level: EnforcementLevel,
        policies: Policies,
    ) => (
        call: { request: Request },
        callback: (error: Error | undefined, response: AnalyzeResponse | undefined) => void,
    ) => Promise<void>;

    export const makeAnalyzeRpcFun: Make<AnalyzeRequest>;
    export const makeAnalyzeStackRpcFun: Make<AnalyzeStackRequest>;
}
