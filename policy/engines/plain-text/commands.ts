/** Splits scripts of a shell into commands and their words, as far as reading them needs. Pure. */

/** One piece of a script at a place. */
interface Piece {
    readonly text: string;
    /** Where the script goes on. */
    readonly next: number;
}

/** `$(...)` and `${...}` whole, whatever is in them. */
function substitution(script: string, start: number): Piece {
    const open = script[start + 1] ?? "";
    const close = open === "(" ? ")" : "}";
    let depth = 0;
    for (let index = start + 1; index < script.length; index++) {
        depth += script[index] === open ? 1 : script[index] === close ? -1 : 0;
        if (depth === 0) {
            return { text: script.slice(start, index + 1), next: index + 1 };
        }
    }
    return { text: script.slice(start), next: script.length };
}

function quoted(script: string, start: number): Piece {
    const quote = script[start];
    let text = "";
    for (let index = start + 1; index < script.length; index++) {
        const char = script[index] ?? "";
        if (char === quote) {
            return { text, next: index + 1 };
        }
        if (char === "\\" && quote === '"') {
            index++;
            text += script[index] ?? "";
        } else {
            text += char;
        }
    }
    return { text, next: script.length };
}

/** What stands at a place of a word. */
function piece(script: string, index: number): Piece {
    const char = script[index] ?? "";
    if (char === "'" || char === '"') {
        return quoted(script, index);
    }
    if (char === "$" && /[({]/.test(script[index + 1] ?? "")) {
        return substitution(script, index);
    }
    if (char === "\\") {
        return { text: script[index + 1] ?? "", next: index + 2 };
    }
    return { text: char, next: index + 1 };
}

/** The commands of a script, each as its words; separators and comments are left out. */
export function commandsOf(script: string): string[][] {
    const commands: string[][] = [[]];
    let word: string | undefined;
    const endWord = () => {
        if (word !== undefined) {
            commands.at(-1)?.push(word);
        }
        word = undefined;
    };
    for (let index = 0; index < script.length;) {
        const char = script[index] ?? "";
        if (/[;&|\n()]/.test(char)) {
            endWord();
            commands.push([]);
            index++;
        } else if (script.startsWith("\\\n", index)) {
            // The command goes on in the next line.
            index += 2;
        } else if (/\s/.test(char)) {
            endWord();
            index++;
        } else if (char === "#" && word === undefined) {
            const end = script.indexOf("\n", index);
            index = end === -1 ? script.length : end;
        } else {
            const { text, next } = piece(script, index);
            word = (word ?? "") + text;
            index = next;
        }
    }
    endWord();
    return commands.filter((command) => command.length > 0);
}
