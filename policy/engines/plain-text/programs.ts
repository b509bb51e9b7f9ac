/** How programs take a password in options that do not say so. Pure. */

/** Short options of a program that take a password. */
interface PasswordOptions {
    readonly programs: RegExp;
    /** `-p value`. */
    readonly apart?: readonly string[];
    /** `-pvalue`. */
    readonly attached?: readonly string[];
    /** `-u user:value`. */
    readonly afterUser?: readonly string[];
    /** `add_user name value`: words after the subcommand before the password. */
    readonly positional?: { readonly subcommands: RegExp; readonly before: number };
}

/** From the manuals of the programs. */
const OPTIONS: readonly PasswordOptions[] = [
    {
        programs: /^(?:mysql|mariadb)(?:-?(?:admin|dump|check|import|show|slap|upgrade))?$/,
        attached: ["-p"],
        positional: { subcommands: /^password$/, before: 0 },
    },
    { programs: /^(?:redis|valkey|keydb)-(?:cli|benchmark)$/, apart: ["-a"] },
    {
        programs: /^mongo(?:sh|dump|restore|export|import|stat|top)?$/,
        apart: ["-p"],
        attached: ["-p"],
    },
    { programs: /^sshpass$/, apart: ["-p"], attached: ["-p"] },
    { programs: /^ldap(?:search|add|modify|delete|whoami|passwd|compare)$/, apart: ["-w", "-s"] },
    {
        programs: /^(?:curl|wget)$/,
        afterUser: ["-u", "--user", "-U", "--proxy-user"],
    },
    { programs: /^https?$/, afterUser: ["-a", "--auth"] },
    { programs: /^(?:docker|podman|nerdctl|helm|skopeo|crane|oras|buildah)$/, apart: ["-p"] },
    { programs: /^(?:sqlcmd|bcp)$/, apart: ["-P"], attached: ["-P"] },
    { programs: /^(?:cqlsh|rabbitmqadmin|ipmitool|clickhouse-client)$/, apart: ["-p", "-P"] },
    {
        programs: /^rabbitmqctl$/,
        positional: { subcommands: /^(?:add_user|change_password|authenticate_user)$/, before: 1 },
    },
    { programs: /^vault$/, positional: { subcommands: /^login$/, before: 0 } },
    { programs: /^mosquitto_(?:pub|sub|rr)$/, apart: ["-P"] },
    { programs: /^mc$/, positional: { subcommands: /^set$/, before: 3 } },
    { programs: /^smbclient$/, apart: ["--password"] },
];

const NONE: PasswordOptions = { programs: /^$/ };

/** The words that a command of the program takes as passwords, each with the option it follows. */
export function passwordWords(
    program: string,
    words: readonly string[],
): { readonly name: string; readonly value: string }[] {
    const options = OPTIONS.find(({ programs }) => programs.test(program)) ?? NONE;
    const { apart = [], attached = [], afterUser = [], positional } = options;
    const found = words.flatMap((word, index) => {
        const next = words[index + 1] ?? "";
        if (apart.includes(word)) {
            return [{ name: word, value: next }];
        }
        const [, flag = word, inline = next] = /^(--[\w-]+)=(.*)$/s.exec(word) ?? [];
        if (afterUser.includes(flag)) {
            return [{ name: flag, value: /^[^:]*:(.+)$/s.exec(inline)?.[1] ?? "" }];
        }
        const option = attached.find((one) => word.startsWith(one) && word.length > one.length);
        return option === undefined ? [] : [{ name: option, value: word.slice(option.length) }];
    });
    const at = words.findIndex((word) => positional?.subcommands.test(word));
    const value = at === -1 ? undefined : words[at + 1 + (positional?.before ?? 0)];
    return value === undefined || value.startsWith("-")
        ? found
        : [...found, { name: words[at] ?? "", value }];
}
