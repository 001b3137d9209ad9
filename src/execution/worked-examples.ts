import type { AnswerKind } from "../types.js";

/** A question with an answer as a model should write it: its reasoning, then "The answer is ...". */
export interface WorkedExample {
  readonly prompt: string;
  readonly answer: string;
}

/**
 * Chain-of-thought examples (Wei et al., 2022) of our own, written for this file; a test shows that none is in GSM8K or
 * MMLU. Text answers have none: there is no form that all of them share.
 */
export const workedExamples: Readonly<Record<AnswerKind, readonly WorkedExample[]>> = {
  number: [
    {
      prompt:
        "A ferry makes 6 crossings a day with 45 cars on each. On Sunday it makes only 4 crossings. How many cars does it carry on Saturday and Sunday together?",
      answer:
        "On Saturday it carries 6 * 45 = 270 cars. On Sunday it carries 4 * 45 = 180 cars. Together that is 270 + 180 = 450 cars. The answer is 450.",
    },
    {
      prompt:
        "Irma's violin lesson costs $38. She pays for 5 lessons at once and gets $15 off the total. How much does she pay?",
      answer:
        "Without the reduction 5 lessons cost 5 * 38 = 190 dollars. With it she pays 190 - 15 = 175 dollars. The answer is 175.",
    },
    {
      prompt:
        "A beekeeper fills 96 jars from 8 hives that all give the same. Next year he has 3 hives more. How many jars can he expect then?",
      answer:
        "Each hive fills 96 / 8 = 12 jars. Next year there are 8 + 3 = 11 hives. They fill 11 * 12 = 132 jars. The answer is 132.",
    },
    {
      prompt:
        "A rain barrel holds 240 litres and is three quarters full. Watering the beds takes 25 litres a day. How many litres are left after 4 dry days?",
      answer:
        "Three quarters of the barrel are 240 * 3 / 4 = 180 litres. Four days take 4 * 25 = 100 litres. What is left is 180 - 100 = 80 litres. The answer is 80.",
    },
    {
      prompt:
        "In a choir of 50 singers, 30% sing bass and 8 sing tenor. All the others sing soprano or alto. How many are these?",
      answer:
        "There are 50 * 30 / 100 = 15 basses. Basses and tenors together are 15 + 8 = 23. The others are 50 - 23 = 27 singers. The answer is 27.",
    },
    {
      prompt:
        "Otto's tram leaves every 12 minutes, and the ride takes 34 minutes. He has just missed one. How many minutes from now will he arrive?",
      answer:
        "The next tram leaves in 12 minutes. Then the ride takes 34 minutes. He arrives 12 + 34 = 46 minutes from now. The answer is 46.",
    },
    {
      prompt:
        "A printer makes posters for $2.50 each and asks $20 once for the setting. A theatre orders 60 posters and sells 40 of them for $6 each. What does the theatre gain?",
      answer:
        "The posters cost 60 * 2.5 = 150 dollars, with the setting 150 + 20 = 170 dollars. The theatre takes in 40 * 6 = 240 dollars. It gains 240 - 170 = 70 dollars. The answer is 70.",
    },
    {
      prompt:
        "Two walkers start at the same hut. One goes north at 5 km an hour, the other south at 4 km an hour. How many kilometres lie between them after 3 hours?",
      answer:
        "Every hour they get 5 + 4 = 9 kilometres further apart. After 3 hours that is 3 * 9 = 27 kilometres. The answer is 27.",
    },
  ],
  letter: [
    {
      prompt:
        "A glass of ice water stands in a warm room, and drops form on the outside of the glass. Where do they come from?\n(A) Water that leaks through the glass\n(B) Water vapour of the air in the room\n(C) Ice that evaporates\n(D) Salt on the glass",
      answer:
        "Glass lets no water through. The cold glass cools the air beside it, and cold air holds less vapour, so some of it condenses. The answer is (B).",
    },
    {
      prompt:
        "A bakery raises the price of its rolls, and its income from rolls falls. What does this say about demand at the old price?\n(A) It was elastic\n(B) It was perfectly inelastic\n(C) It did not depend on the price\n(D) It was zero",
      answer:
        "Income is price times quantity. Where a higher price lowers it, the quantity fell by a larger share than the price rose. That is what elastic means. The answer is (A).",
    },
    {
      prompt:
        "Which of these lines of verse holds a simile?\n(A) The night swallowed the road\n(B) Winds whispered at the door\n(C) His word was law\n(D) Her voice rang like a bell",
      answer:
        "A simile compares two things in so many words, with like or as. Only the voice is compared in that way; the others are metaphors or make things act as people. The answer is (D).",
    },
    {
      prompt:
        "A list of 1,000 sorted numbers is searched by halving it again and again. About how many comparisons does a search need at most?\n(A) 3\n(B) 100\n(C) 10\n(D) 500",
      answer:
        "Each comparison halves what is left. Ten halvings are enough, since 2 to the power of 10 is 1024, which is more than 1,000. The answer is (C).",
    },
    {
      prompt:
        "A tenant signs a contract because the landlord threatens to hurt him. How is the contract best described?\n(A) Binding, since it is in writing\n(B) Voidable because of duress\n(C) Binding after thirty days\n(D) A criminal offence of the tenant",
      answer:
        "Consent must be given freely. Whoever signs under a threat of violence acts under duress and may have the contract set aside. The answer is (B).",
    },
    {
      prompt:
        "Which organ takes most of the water back from what is left of a meal?\n(A) The stomach\n(B) The liver\n(C) The large intestine\n(D) The gall bladder",
      answer:
        "Of these only the large intestine has the task of drawing water out of the undigested rest; the stomach breaks food down, and the other two deal with bile. The answer is (C).",
    },
    {
      prompt:
        "All poets of the village are shepherds. Bruno is no shepherd. What follows?\n(A) Bruno is no poet of the village\n(B) Bruno is a poet of the village\n(C) All shepherds are poets\n(D) Nothing follows",
      answer:
        "If Bruno were a poet of the village, he would be a shepherd. He is none, so he cannot be such a poet. The answer is (A).",
    },
    {
      prompt:
        "Why did many medieval towns in Europe build walls?\n(A) To keep the streets warm\n(B) To mark the border of a kingdom\n(C) To dry fish and cloth on them\n(D) To protect people and goods from attack",
      answer:
        "Towns held stores, workshops and markets, which made them worth robbing. Walls with guarded gates kept attackers out. The answer is (D).",
    },
  ],
  boolean: [
    {
      prompt: "Can a bat fly although it is not a bird?",
      answer:
        "Bats are mammals whose fingers carry a skin that makes a wing, and they fly with it. The answer is yes.",
    },
    {
      prompt: "Would a candle go on burning in a sealed jar for a whole week?",
      answer:
        "A flame uses up oxygen. In a sealed jar there is only enough for a short time, then it goes out. The answer is no.",
    },
    {
      prompt: "Is the product of two odd numbers always odd?",
      answer:
        "An odd number has no factor 2. A product of two such numbers has none either, so it is odd. The answer is yes.",
    },
    {
      prompt: "Does a person need a passport to move from the kitchen to the balcony of a flat?",
      answer:
        "Passports are shown at borders between states. A kitchen and its balcony are in the same flat. The answer is no.",
    },
  ],
  text: [],
};
