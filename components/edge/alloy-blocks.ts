/** Blocks of Alloy's configuration language (grafana.com/docs/alloy, configuration syntax). Pure. */

/** A block with what it assigns and the blocks in it; or a block that is written already. */
export type Block =
    | {
          /** Name, with its label where it has one: `loki.write "platform"`. */
          readonly name: string;
          /** Expressions by the name of the attribute. */
          readonly attributes: Readonly<Record<string, string>>;
          readonly inner: readonly Block[];
      }
    | { readonly raw: string };

/** A block. */
export function block(
    name: string,
    attributes: Readonly<Record<string, string>>,
    ...inner: readonly Block[]
): Block {
    return { name, attributes, inner };
}

/** A text as an expression. */
export function text(value: string): string {
    return JSON.stringify(value);
}

function lines(one: Block, depth: number): string[] {
    const indent = "\t".repeat(depth);
    if ("raw" in one) {
        return one.raw.split("\n");
    }
    const { name, attributes, inner } = one;
    const assigned = Object.entries(attributes).map(
        ([key, expression]) => `${indent}\t${key} = ${expression}`,
    );
    const nested = inner.flatMap((each) => lines(each, depth + 1));
    return assigned.length + nested.length === 0
        ? [`${indent}${name} { }`]
        : [`${indent}${name} {`, ...assigned, ...nested, `${indent}}`];
}

/** Blocks as the text that Alloy reads. */
export function alloyText(blocks: readonly Block[]): string {
    return blocks.map((one) => `${lines(one, 0).join("\n")}\n`).join("\n");
}
