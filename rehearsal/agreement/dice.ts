/** Random choices that are the same for the same seed. Pure. */
import { randomNumbers } from "../../policy/engines/scheduling/scheduler";

/** A source of choices. */
export class Dice {
    private readonly random: () => number;

    /** @param seed whole number */
    constructor(seed: number) {
        // Seeds in a row begin with similar numbers, so they are drawn apart first.
        this.random = randomNumbers(Math.imul(seed, 0x9e3779b1));
    }

    /** A whole number, both ends included. */
    between(least: number, most: number): number {
        return least + Math.floor(this.random() * (most - least + 1));
    }

    /**
     * One of the options; an option that is listed twice comes twice as often.
     *
     * @throws RangeError when there are none
     */
    one<T>(options: readonly T[]): T {
        for (const option of options.slice(this.between(0, options.length - 1))) {
            return option;
        }
        throw new RangeError("There is nothing to choose from.");
    }

    /** One of the options, each as often as its share says. */
    weighted<T>(options: readonly (readonly [T, number])[]): T {
        let left = this.random() * options.reduce((sum, [, share]) => sum + share, 0);
        const [option] = options.filter(([, share]) => {
            left -= share;
            return left < 0;
        });
        return option === undefined ? this.one(options.map(([each]) => each)) : option[0];
    }

    /** Whether something with this probability happens. */
    happens(probability: number): boolean {
        return this.random() < probability;
    }

    /** The result of the function with this probability, otherwise nothing. */
    perhaps<T extends object>(probability: number, make: () => T): T | Record<string, never> {
        return this.happens(probability) ? make() : {};
    }

    /** The items in another order. */
    shuffled<T>(items: readonly T[]): T[] {
        return items
            .map((item) => ({ item, key: this.random() }))
            .sort((left, right) => left.key - right.key)
            .map(({ item }) => item);
    }
}
