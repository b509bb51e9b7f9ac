/**
 * Parts of the policy SDK (1.21) that its type declarations leave out: the way behind the proxy
 * that throws on unknown values, and the sentinels that stand for them. `tree.spec.ts` fails when
 * an update of the SDK changes them.
 *
 * To be removed when `@pulumi/policy` declares these names itself.
 */
import "@pulumi/policy/proxy";

declare module "@pulumi/policy/proxy" {
    export const getSpecialProxyTarget: "__getSpecialProxyTarget";
    export function unknownCheckingProxy<T extends object>(toProxy: T): T;
    export const unknownArchiveValue: string;
    export const unknownArrayValue: string;
    export const unknownAssetValue: string;
    export const unknownBooleanValue: string;
    export const unknownNumberValue: string;
    export const unknownObjectValue: string;
    export const unknownStringValue: string;
}
