// Elements of a page, and shares as they are written.

function make(parent, tag, properties = {}, text = "") {
  const element = Object.assign(document.createElement(tag), properties);
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}

function labelled(parent, text, tag, properties) {
  const label = make(parent, "label", {}, text + " ");
  return make(label, tag, properties);
}

// A half goes to the even number, as in Python.
function percent(share) {
  const up = Math.round(100 * share);
  return `${up - 100 * share === 0.5 && up % 2 ? up - 1 : up} %`;
}
