/**
 * The firewall file of one machine. Pure. Source: pve-firewall 6, `src/PVE/API2/Firewall/Rules.pm` (a
 * new rule goes to the top; positions are indices) and `VM.pm` (options).
 */
import { ProxmoxError } from "./proxmox-error";

type Fields = Readonly<Record<string, string>>;

/** Options and rules. */
export class MachineFirewall {
    options: Fields = {};
    rules: Fields[] = [];

    /** Sets options, and forgets those that are deleted. */
    setOptions(sent: Fields, deleted: readonly string[]): void {
        this.options = without({ ...this.options, ...sent }, deleted);
    }

    /** A new rule is the first, unless it says where. */
    addRule({ pos, ...fields }: Fields): void {
        this.rules.splice(pos === undefined ? 0 : Number(pos), 0, fields);
    }

    /** @throws ProxmoxError where there is none */
    rule(position: number): Fields {
        const found = this.rules[position];
        if (found === undefined) {
            throw new ProxmoxError(500, `no rule at position ${position}`);
        }
        return found;
    }

    /** Changes a rule, or moves it (`moveto`), which changes nothing else. */
    changeRule(position: number, { moveto, ...sent }: Fields, deleted: readonly string[]): void {
        const rule = this.rule(position);
        if (moveto === undefined) {
            this.rules[position] = without({ ...rule, ...sent }, deleted);
            return;
        }
        const target = Number(moveto);
        const others = this.rules.filter((_, index) => index !== position);
        others.splice(target > position ? target - 1 : target, 0, rule);
        this.rules = others;
    }

    /** Takes a rule out; those behind it move up. */
    removeRule(position: number): void {
        this.rule(position);
        this.rules.splice(position, 1);
    }
}

function without(fields: Fields, deleted: readonly string[]): Fields {
    return Object.fromEntries(Object.entries(fields).filter(([key]) => !deleted.includes(key)));
}
