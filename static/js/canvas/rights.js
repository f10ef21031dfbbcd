// What this person may do here, and in words why not: from the facts, and from whether the server still takes anything.
export const createRights = ({ facts, urls, refused, ended }) => {
  const may = {
    get edit() { return facts.me.may_edit && !refused(); },
    get read() { return Boolean(urls.cards); },
    get link() { return may.edit && Boolean(urls.find); },
    get lockedLanes() { return facts.me.leads ? [] : facts.workshop?.locked_lanes ?? []; },
    add: (lane) => may.edit && !may.lockedLanes.includes(lane),
    change: (card) => may.add(card.lane) && (facts.me.leads || !facts.of(card.key).locked),
    whyNot(card) {
      if (refused()) return `Nothing can be changed any more: ${refused()}.${["over", "out"].includes(ended()) ? "" : " Reload the page."}`;
      if (!facts.me.may_edit) return "You look at this canvas; you may not change it.";
      return facts.of(card.key).locked ? "The facilitator locked this card." : "The facilitator locked this row.";
    },
  };
  return may;
};
