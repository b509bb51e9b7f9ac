/** The admission policy that holds the Restores of tests to the scratch namespace, by its real CEL. */
import { RESTORE_TESTS } from "../../components/backup/restore-tests-plan";
import type { Manifest } from "../../components/base/object";
import type { RecordedStack } from "../fixtures/stack";

interface PolicySpec {
    readonly matchConstraints: {
        readonly resourceRules: readonly { readonly resources: readonly string[] }[];
    };
    readonly matchConditions: readonly { readonly expression: string }[];
    readonly validations: readonly { readonly expression: string; readonly message: string }[];
}

/** The account of the tests, as the API server calls it. */
export const testAccount = `system:serviceaccount:${RESTORE_TESTS}:${RESTORE_TESTS}`;

/** Why an object is refused that somebody makes, if it is; of the recorded stack. */
export function guardOf(stack: RecordedStack) {
    const spec = stack.object(`ValidatingAdmissionPolicy/${RESTORE_TESTS}`).spec as PolicySpec;
    return async (object: Manifest, username = testAccount): Promise<string | undefined> => {
        const { Environment } = await import("@marcbachmann/cel-js");
        const environment = new Environment({
            enableOptionalTypes: true,
            unlistedVariablesAreDyn: true,
        });
        const request = { userInfo: { username } };
        const resources = spec.matchConstraints.resourceRules.flatMap((rule) => rule.resources);
        const holds = ({ expression }: { readonly expression: string }) =>
            environment.evaluate(expression, { object, request }) === true;
        return resources.includes(`${object.kind.toLowerCase()}s`) &&
            spec.matchConditions.every(holds)
            ? spec.validations.find((rule) => !holds(rule))?.message
            : undefined;
    };
}
