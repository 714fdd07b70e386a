// As much of a document as the drawings need where there is no browser: nodes that become text.

class Plain {
  constructor(name) {
    Object.assign(this, { name, attributes: {}, children: [], style: {}, dataset: {} });
  }

  setAttribute(key, value) { this.attributes[key] = String(value); }

  getAttribute(key) { return this.attributes[key] ?? null; }

  append(child) { this.children.push(child); }

  replaceChildren() { this.children = []; }

  get textContent() { return this.children.map((child) => child.textContent ?? child).join(""); }

  set textContent(text) { this.children = [String(text)]; }

  toString() {
    const hyphened = ([key, value]) => `${key.replace(/[A-Z]/g, (big) => `-${big.toLowerCase()}`)}: ${value}`;
    const style = [this.attributes.style, ...Object.entries(this.style).map(hyphened)].filter(Boolean).join("; ");
    const { role, tabindex, ...kept } = this.attributes;
    const attributes = Object.entries(style ? { ...kept, style } : kept).filter(([key]) => !key.startsWith("aria-"));
    const written = attributes.map(([key, value]) => ` ${key}="${escaped(value)}"`).join("");
    const inner = this.children.map((child) => (child instanceof Plain ? String(child) : escaped(child))).join("");
    return inner ? `<${this.name}${written}>${inner}</${this.name}>` : `<${this.name}${written}/>`;
  }
}

const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

globalThis.document ??= { createElementNS: (_, name) => new Plain(name) };
