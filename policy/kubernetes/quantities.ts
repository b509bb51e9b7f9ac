/** Kubernetes quantities: `500m`, `1.5`, `128Mi`, `8G`, `1e3`. */

const UNITS: Readonly<Record<string, number>> = {
    "": 1,
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
};

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/** The number that a quantity stands for, or undefined when it is none. */
export function parseQuantity(quantity: unknown): number | undefined {
    if (typeof quantity === "number") {
        return quantity;
    }
    const match = typeof quantity === "string" ? QUANTITY.exec(quantity) : null;
    if (match === null) {
        return undefined;
    }
    const [, digits = "", exponent = "", unit = ""] = match;
    return Number(`${digits}${exponent}`) * (UNITS[unit] ?? 1);
}
