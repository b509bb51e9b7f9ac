/**
 * Brings a realm of Keycloak to what a document says, and changes nothing that is so already. Part of
 * the program of a Job (keycloak-apply.ts), so it imports nothing.
 *
 * The document is a RealmRepresentation, as `KeycloakRealmImport` takes it, of which each field is
 * applied over the admin API (keycloak 26.8: js/libs/keycloak-admin-client). What the document does
 * not name stays, except below what it names: steps of flows, mappers, roles of groups.
 */
/** Any object of the API. */
export type Fields = Readonly<Record<string, unknown>>;

/** Calls the admin API below the realm, and returns what it answers; undefined for 404. */
export type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

export function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether something already is as it is wanted; what is not wanted does not count. */
export function isSo(wanted: unknown, found: unknown): boolean {
    if (Array.isArray(wanted)) {
        const list: unknown[] = Array.isArray(found) ? found : [];
        return (
            wanted.length === list.length &&
            wanted.every((item) => list.some((other) => isSo(item, other)))
        );
    }
    if (isFields(wanted)) {
        return isFields(found) && Object.entries(wanted).every(([key, v]) => isSo(v, found[key]));
    }
    return wanted === found || (wanted === "" && found === undefined);
}

/** What was wanted laid over what was found, maps into maps. */
export function laidOver(wanted: Fields, found: Fields): Fields {
    const entries = Object.entries(wanted).map(([key, value]) => {
        const before = found[key];
        return [key, isFields(value) && isFields(before) ? laidOver(value, before) : value];
    });
    return { ...found, ...(Object.fromEntries(entries) as Fields) };
}

const list = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);
export const text = (value: unknown): string => (typeof value === "string" ? value : "");
const without = (value: Fields, ...keys: string[]): Fields =>
    Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
const at = (...parts: string[]) => parts.map(encodeURIComponent).join("/");

/** Applies documents to one realm. */
export class Realm {
    /** What was changed, a line each. */
    readonly changes: string[] = [];
    private readonly call: Call;

    constructor(call: Call) {
        this.call = call;
    }

    /** @throws Error for a field that is not applied, or what the API refuses */
    async apply(document: Fields): Promise<void> {
        const { roles, clients, groups, components, clientScopes, requiredActions, ...more } =
            document;
        const { identityProviders, identityProviderMappers, authenticationFlows, ...realm } = more;
        if ((await this.call("GET", "")) === undefined) {
            // Nobody signs on before everything is in its place.
            await this.call("POST", "", { realm: realm.realm, enabled: false });
            this.changes.push(`created realm ${text(realm.realm)}`);
        }
        for (const role of list(isFields(roles) ? roles.realm : undefined)) {
            await this.named("role", at("roles", text(role.name)), role, "roles");
        }
        for (const flow of list(authenticationFlows)) {
            await this.flow(flow);
        }
        for (const action of list(requiredActions)) {
            const place = at("authentication", "required-actions", text(action.alias));
            await this.named("required action", place, action);
        }
        for (const [type, of] of Object.entries(isFields(components) ? components : {})) {
            await this.components(type, list(of));
        }
        for (const scope of list(clientScopes)) {
            await this.withMappers("client scope", "client-scopes", "name", scope);
        }
        for (const client of list(clients)) {
            await this.client(client);
        }
        for (const group of list(groups)) {
            await this.group(group);
        }
        for (const provider of list(identityProviders)) {
            const path = at("identity-provider", "instances", text(provider.alias));
            const home = at("identity-provider", "instances");
            await this.named("identity provider", path, provider, home);
            const mappers = list(identityProviderMappers).filter(
                (mapper) => mapper.identityProviderAlias === provider.alias,
            );
            await this.children(`${text(provider.alias)} mapper`, `${path}/mappers`, mappers);
        }
        await this.named("realm", "", realm);
    }

    /** Something that the API finds by a path of its own; what it makes is posted to `home`. */
    private async named(what: string, place: string, wanted: Fields, home = place) {
        const found = await this.call("GET", place);
        const name = text(wanted.name ?? wanted.alias ?? wanted.realm);
        if (!isFields(found)) {
            await this.call("POST", home, wanted);
            this.changes.push(`created ${what} ${name}`);
        } else if (!isSo(wanted, found)) {
            await this.call("PUT", place, laidOver(wanted, found));
            this.changes.push(`changed ${what} ${name}`);
        }
    }

    /** One of a list, by a field; returns it as it is now. */
    private async listed(what: string, home: string, key: string, wanted: Fields): Promise<Fields> {
        const find = async () =>
            list(await this.call("GET", home)).find((other) => other[key] === wanted[key]);
        const found = await find();
        if (found === undefined) {
            await this.call("POST", home.replace(/\?.*$/, ""), wanted);
            this.changes.push(`created ${what} ${text(wanted[key])}`);
            return (await find()) ?? {};
        }
        if (!isSo(wanted, found)) {
            const path = `${home.replace(/\?.*$/, "")}/${text(found.id)}`;
            await this.call("PUT", path, laidOver(wanted, found));
            this.changes.push(`changed ${what} ${text(wanted[key])}`);
        }
        return found;
    }

    /** All of a list: what is not wanted goes. */
    private async children(what: string, home: string, wanted: readonly Fields[]) {
        for (const item of wanted) {
            await this.listed(what, home, "name", item);
        }
        for (const { id, name } of list(await this.call("GET", home))) {
            if (!wanted.some((item) => item.name === name)) {
                await this.call("DELETE", `${home.replace(/\?.*$/, "")}/${text(id)}`);
                this.changes.push(`removed ${what} ${text(name)}`);
            }
        }
    }

    private async components(type: string, wanted: readonly Fields[]) {
        const home = `components?type=${encodeURIComponent(type)}`;
        for (const item of wanted) {
            const component = { ...without(item, "subComponents"), providerType: type };
            const { id } = await this.listed("component", home, "name", component);
            const below = isFields(item.subComponents) ? item.subComponents : {};
            for (const [kind, mappers] of Object.entries(below)) {
                const path = `components?type=${encodeURIComponent(kind)}&parent=${text(id)}`;
                const all = list(mappers).map((mapper) => ({
                    ...mapper,
                    providerType: kind,
                    parentId: text(id),
                }));
                await this.children(`${text(item.name)} mapper`, path, all);
            }
        }
    }

    private async withMappers(what: string, home: string, key: string, wanted: Fields) {
        const { protocolMappers, ...own } = wanted;
        const { id } = await this.listed(what, home, key, own);
        const path = `${home.replace(/\?.*$/, "")}/${text(id)}`;
        if (protocolMappers !== undefined) {
            const models = `${path}/protocol-mappers/models`;
            await this.children(`${text(wanted[key])} mapper`, models, list(protocolMappers));
        }
        return path;
    }

    private async client(wanted: Fields) {
        const { defaultClientScopes, optionalClientScopes, ...own } = wanted;
        const home = `clients?clientId=${encodeURIComponent(text(wanted.clientId))}`;
        const path = await this.withMappers("client", home, "clientId", own);
        const known = list(await this.call("GET", "client-scopes"));
        for (const [kind, names] of Object.entries({ defaultClientScopes, optionalClientScopes })) {
            if (Array.isArray(names)) {
                const place = `${path}/${kind === "defaultClientScopes" ? "default" : "optional"}-client-scopes`;
                const found = list(await this.call("GET", place)).map(({ name }) => name);
                for (const { id, name } of known) {
                    if (names.includes(name) !== found.includes(name)) {
                        await this.call(
                            names.includes(name) ? "PUT" : "DELETE",
                            `${place}/${text(id)}`,
                        );
                        this.changes.push(
                            `changed scope ${text(name)} of ${text(wanted.clientId)}`,
                        );
                    }
                }
            }
        }
    }

    private async group(wanted: Fields) {
        const { realmRoles = [], clientRoles = {}, ...own } = wanted;
        const home = `groups?exact=true&search=${encodeURIComponent(text(wanted.name))}`;
        const { id } = await this.listed("group", home, "name", own);
        const mappings = `groups/${text(id)}/role-mappings`;
        await this.roles(text(wanted.name), `${mappings}/realm`, "roles", realmRoles);
        for (const [clientId, names] of Object.entries(clientRoles as Fields)) {
            const query = `clients?clientId=${encodeURIComponent(clientId)}`;
            const client = text(list(await this.call("GET", query))[0]?.id);
            const roles = `clients/${client}/roles`;
            await this.roles(text(wanted.name), `${mappings}/clients/${client}`, roles, names);
        }
    }

    private async roles(group: string, mappings: string, known: string, wanted: unknown) {
        const names: unknown[] = Array.isArray(wanted) ? wanted : [];
        const found = list(await this.call("GET", mappings));
        const all = list(await this.call("GET", known));
        const more = all.filter(
            ({ name }) => names.includes(name) && !found.some((role) => role.name === name),
        );
        const less = found.filter(({ name }) => !names.includes(name));
        for (const [method, roles] of [
            ["POST", more],
            ["DELETE", less],
        ] as const) {
            if (roles.length > 0) {
                await this.call(method, mappings, roles);
                this.changes.push(`changed roles of group ${group}`);
            }
        }
    }

    /** A flow with its steps; a flow below it is made by its step, and has an entry of its own. */
    private async flow(wanted: Fields) {
        const { authenticationExecutions, ...own } = wanted;
        const name = text(wanted.alias);
        if (wanted.topLevel === true) {
            await this.listed("flow", "authentication/flows", "alias", own);
        }
        const path = at("authentication", "flows", name, "executions");
        const steps = list(authenticationExecutions);
        const find = async () =>
            list(await this.call("GET", path)).filter(({ level }) => level === 0);
        const isOf = (step: Fields, execution: Fields | undefined) =>
            step.flowAlias === undefined
                ? step.authenticator === execution?.providerId
                : step.flowAlias === execution?.displayName;
        const kept = (await find()).filter((e) => steps.some((step) => isOf(step, e)));
        // What stays is not touched: people sign on meanwhile.
        const fits = kept.every((execution, index) => isOf(steps[index] ?? {}, execution));
        const stays = fits ? kept : [];
        for (const { id, displayName } of await find()) {
            if (!stays.some((execution) => execution.id === id)) {
                await this.call("DELETE", at("authentication", "executions", text(id)));
                this.changes.push(`removed step ${text(displayName)} of flow ${name}`);
            }
        }
        for (const { authenticator: provider, flowAlias: alias } of steps.slice(stays.length)) {
            await (alias === undefined
                ? this.call("POST", `${path}/execution`, { provider })
                : this.call("POST", `${path}/flow`, { alias, type: "basic-flow" }));
            this.changes.push(`added step ${text(alias ?? provider)} of flow ${name}`);
        }
        const found = await find();
        for (const [index, { requirement, config }] of steps.entries()) {
            const execution = found[index] ?? {};
            const step = text(execution.displayName);
            if (execution.requirement !== requirement) {
                await this.call("PUT", path, { ...execution, requirement });
                this.changes.push(`changed step ${step} of flow ${name}`);
            }
            if (isFields(config)) {
                await this.stepConfig(execution, config);
            }
        }
    }

    private async stepConfig(execution: Fields, wanted: Fields) {
        const known = text(execution.authenticationConfig);
        const place = at("authentication", "config", known);
        const found = known === "" ? undefined : await this.call("GET", place);
        if (!isFields(found)) {
            const home = at("authentication", "executions", text(execution.id), "config");
            await this.call("POST", home, wanted);
        } else if (!isSo(wanted, found)) {
            await this.call("PUT", place, laidOver(wanted, found));
        } else {
            return;
        }
        this.changes.push(`changed settings of ${text(execution.providerId)}`);
    }
}
