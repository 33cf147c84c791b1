/* What a reader would stumble over: text that runs out of its frame, over other text, or off the
   page. An expression; its value is the list of defects in words. */
(function () {
  var found = [], pieces = [];
  var width = document.documentElement.clientWidth;
  var shown = function (text) { return text.trim().slice(0, 20); };

  if (document.documentElement.scrollWidth > width) {
    found.push('the page is wider than its window: ' + document.documentElement.scrollWidth);
  }
  var walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (var node = walk.nextNode(); node; node = walk.nextNode()) {
    var holder = node.parentElement;
    if (!node.data.trim() || !holder.checkVisibility()) { continue; }
    var range = document.createRange();
    range.selectNodeContents(node);
    var box = holder.closest('svg') ? [holder.getBoundingClientRect()] : range.getClientRects();
    /* A line of text takes more room than its letters: what counts is a square of the font's size. */
    var size = parseFloat(getComputedStyle(holder).fontSize);
    [].forEach.call(box, function (at) {
      if (at.width === 0 || at.height === 0) { return; }
      var room = Math.max(0, at.height - size) / 2;
      pieces.push({ holder: holder, text: node.data, at: { left: at.left, right: at.right,
        top: at.top + room, bottom: at.bottom - room } });
    });
  }
  pieces.forEach(function (one) {
    var frame = one.holder.closest('svg, li, td, th, .number, section, header, footer, body');
    var edge = frame.getBoundingClientRect();
    if (one.at.left < edge.left - 1 || one.at.right > edge.right + 1 ||
        one.at.bottom > edge.bottom + 1 || one.at.top < edge.top - 1) {
      found.push('cut off: ' + shown(one.text));
    }
  });
  pieces.sort(function (a, b) { return a.at.top - b.at.top; });
  pieces.forEach(function (one, i) {
    for (var j = i + 1; j < pieces.length && pieces[j].at.top < one.at.bottom; j++) {
      var other = pieces[j];
      var wide = Math.min(one.at.right, other.at.right) - Math.max(one.at.left, other.at.left);
      var high = Math.min(one.at.bottom, other.at.bottom) - other.at.top;
      if (wide > 1 && high > 3) {
        found.push('overlapping: ' + shown(one.text) + ' / ' + shown(other.text));
      }
    }
  });
  return found;
})()
