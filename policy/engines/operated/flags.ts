/** Arguments of programs. */
import { isUnknown, read, type Reading } from "../../kernel/tree";

/** The flags of a command line with their values, which may be the next word. */
export function flagsOf(words: readonly unknown[]): { name: string; reading: Reading }[] {
    return words.flatMap((word, index) => {
        const [, name, value] = /^--?([\w.-]+)(?:=(.*))?$/s.exec(String(word)) ?? [];
        if (isUnknown(word) || name === undefined) {
            return [];
        }
        return [
            { name, reading: value === undefined ? read(words, [index + 1]) : read([value], [0]) },
        ];
    });
}
