// Questions with answers to choose from: what is chosen is answered at once, and nothing is stored.
addEventListener("DOMContentLoaded", () => {
  for (const quiz of document.querySelectorAll("fieldset.quiz")) {
    const said = quiz.querySelector(".quiz-said"), feedback = quiz.querySelectorAll(".quiz-feedback li");
    quiz.querySelectorAll("input").forEach((input, place) => {
      input.hidden = input.disabled = false;
      input.addEventListener("change", () => {
        said.className = `quiz-said ${feedback[place].className}`;
        said.replaceChildren(...feedback[place].cloneNode(true).childNodes);
      });
    });
    quiz.classList.add("on");
  }
});
// On paper the answers are open.
for (const [event, open] of [["beforeprint", true], ["afterprint", false]])
  addEventListener(event, () => document.querySelectorAll(".quiz-feedback").forEach((e) => { e.open = open; }));
