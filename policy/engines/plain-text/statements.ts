/** Passwords in statements of SQL. Pure. */
import { isHarmless } from "./values";

/** A string of SQL: single, double or dollar quotes; psql's `:'name'` is a reference. */
const STRING = String.raw`(?:E?'((?:[^'\n]|'')+)'|"([^"\n]+)"|\$\$([^$]+)\$\$)`;

const STATEMENTS: readonly (readonly [RegExp, string])[] = [
    // PostgreSQL: CREATE and ALTER of ROLE and USER, user mappings; SQL Server: WITH PASSWORD = N''.
    [new RegExp(String.raw`\bPASSWORD(?:\s+|\s*=\s*)N?${STRING}`, "gi"), "PASSWORD"],
    // MySQL, MariaDB, Oracle, ClickHouse.
    [
        new RegExp(
            String.raw`\bIDENTIFIED\s+(?:WITH\s+['"\w]+\s+)?(?:BY|AS)\s+(?:PASSWORD\s+|VALUES\s+)?${STRING}`,
            "gi",
        ),
        "IDENTIFIED BY",
    ],
    [
        /\b(?:CREATE|ALTER)\s+USER\s+\S+\s+IDENTIFIED\s+BY\s+(?!(?:RANDOM|VALUES|PASSWORD)\b)([\w#]+)\s*(?:;|$|\s[A-Z])/gi,
        "IDENTIFIED BY",
    ],
    // MySQL's function of that name.
    [new RegExp(String.raw`\bPASSWORD\s*\(\s*${STRING}\s*\)`, "gi"), "PASSWORD"],
];

/** The keywords before each password that the text's statements give. */
export function secretStatements(text: string): string[] {
    if (!/\bpassword\b|\bidentified\b/i.test(text)) {
        return [];
    }
    // Elsewhere `password "x"` is not SQL, and read with the rest of the line.
    const isSql =
        /\b(?:CREATE|ALTER|SET|GRANT|DROP)\b[\s\S]{0,200}?\b(?:USER|ROLE|LOGIN|PASSWORD|MAPPING|TO)\b/i;
    if (!isSql.test(text)) {
        return [];
    }
    const found = STATEMENTS.filter(([pattern]) =>
        [...text.matchAll(pattern)].some((match) => {
            const groups: readonly (string | undefined)[] = match.slice(1);
            const value = groups.find((group) => group !== undefined) ?? "";
            return !isHarmless(value) && !/^\s*--/.test(lineUpTo(text, match.index));
        }),
    );
    return [...new Set(found.map(([, keyword]) => keyword))];
}

function lineUpTo(text: string, index: number): string {
    return text.slice(text.lastIndexOf("\n", index - 1) + 1, index);
}
