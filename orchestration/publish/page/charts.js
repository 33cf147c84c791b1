/* Draws each chart of the page from the table that stands in its figure, then folds the table away.
   Without this script the tables are there, open. On paper both are. Plain ES5, nothing is loaded. */
(function () {
  'use strict';

  var css = getComputedStyle(document.documentElement);
  var ink = css.getPropertyValue('--ink'), muted = css.getPropertyValue('--muted');
  var colour = function (name) { return css.getPropertyValue('--' + name).trim(); };
  var text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13, color: ink };
  var faint = { color: colour('line') };

  /* The rows of a table: by column the cell's number, or its text; null where it says nothing. */
  function rowsOf(figure) {
    var keys = [].map.call(figure.querySelectorAll('th'), function (th) { return th.dataset.key; });
    return [].map.call(figure.querySelectorAll('tbody tr'), function (tr) {
      var row = {};
      [].forEach.call(tr.cells, function (td, i) {
        var said = td.dataset.value !== undefined ? td.dataset.value : td.textContent.trim();
        var plain = said.replace(/,/g, '');
        row[keys[i]] = said === '' || said === '—' ? null
          : td.classList.contains('n') && !isNaN(plain) ? Number(plain) : said;
      });
      return row;
    });
  }

  function column(rows, key) {
    return rows.map(function (row) { return row[key]; });
  }

  function bars(name, data, fill, stack) {
    return { name: name, type: 'bar', stack: stack, data: data, barMaxWidth: 22,
      itemStyle: { color: fill } };
  }

  /* Names from top to bottom, numbers from left to right. */
  function lying(names, maximum) {
    return {
      grid: { left: 8, right: 56, top: 34, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: text },
      yAxis: { type: 'category', inverse: true, data: names, axisTick: { show: false },
        axisLine: { lineStyle: faint },
        axisLabel: { fontSize: 13, color: ink, interval: 0, margin: 10 } },
      xAxis: { type: 'value', minInterval: 1, max: maximum, splitLine: { lineStyle: faint },
        axisLabel: { color: muted } }
    };
  }

  function tipOnAxis(option) {
    option.tooltip = { trigger: 'axis', axisPointer: { type: 'shadow' }, confine: true };
    return option;
  }

  function ruleNames(rows) {
    return rows.map(function (row) { return row.rule_id + ' ' + row.title; });
  }

  var charts = {
    rules: function (rows) {
      var option = tipOnAxis(lying(rows.map(function (row, i) {
        var some = row.evaluated ? '部分县' : '';
        return ruleNames(rows)[i] + (row.unevaluated ? '（' + some + '未能评估）' : '');
      })));
      option.series = [
        bars('新增', column(rows, 'new'), colour('new'), 'all'),
        bars('延续', column(rows, 'open'), colour('open'), 'all'),
        bars('再现', column(rows, 'reopened'), colour('reopened'), 'all'),
        bars('已消除', column(rows, 'cleared'), colour('cleared'), 'all')
      ];
      return { height: 60 + 28 * rows.length, option: option };
    },

    weeks: function (rows) {
      var option = tipOnAxis({
        grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
        legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: text },
        xAxis: { type: 'category', data: column(rows, 'week'), axisLine: { lineStyle: faint },
          axisTick: { show: false }, axisLabel: { color: muted, hideOverlap: true } },
        yAxis: { type: 'value', minInterval: 1, splitLine: { lineStyle: faint },
          axisLabel: { color: muted } }
      });
      option.series = [
        bars('新增', column(rows, 'new'), colour('new')),
        bars('消除', column(rows, 'cleared'), colour('cleared')),
        { name: '周末存续', type: 'line', data: column(rows, 'live'), connectNulls: false,
          symbolSize: 7, itemStyle: { color: colour('brand') }, lineStyle: { width: 2 } }
      ];
      return { height: 280, option: option };
    },

    ages: function (rows) {
      var option = tipOnAxis({
        grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
        xAxis: { type: 'category', data: column(rows, 'age'), axisTick: { show: false },
          axisLine: { lineStyle: faint }, axisLabel: { fontSize: 13, color: ink, interval: 0 } },
        yAxis: { type: 'value', minInterval: 1, splitLine: { lineStyle: faint },
          axisLabel: { color: muted } }
      });
      option.series = [bars('存续线索', column(rows, 'live'), colour('open'))];
      option.series[0].barMaxWidth = 56;
      option.series[0].label = { show: true, position: 'top', color: ink, fontSize: 13 };
      return { height: 280, option: option };
    },

    /* A point with its interval, and how many were reviewed at the right edge. */
    precision: function (rows) {
      var option = lying(ruleNames(rows), 1);
      option.grid.right = 92;
      option.grid.top = 12;
      option.legend = undefined;
      option.xAxis.minInterval = 0;
      option.xAxis.axisLabel.formatter = function (share) { return Math.round(share * 100) + '%'; };
      option.series = [{
        type: 'custom', clip: false, data: rows.map(function (row, i) {
          return [i, row.ci_low, row.share, row.ci_high];
        }),
        encode: { y: 0, x: [1, 2, 3] },
        renderItem: function (params, api) {
          var row = rows[params.dataIndex];
          var low = api.coord([api.value(1), params.dataIndex]);
          var middle = api.coord([api.value(2), params.dataIndex]);
          var high = api.coord([api.value(3), params.dataIndex]);
          var drawn = colour(row.ci_low < 0.5 ? 'warn' : 'good');
          var edge = params.coordSys.x + params.coordSys.width + 12;
          return { type: 'group', children: [
            { type: 'line', shape: { x1: low[0], y1: low[1], x2: high[0], y2: high[1] },
              style: { stroke: drawn, lineWidth: 4, opacity: 0.45 } },
            { type: 'circle', shape: { cx: middle[0], cy: middle[1], r: 6 },
              style: { fill: drawn } },
            { type: 'text', x: edge, y: middle[1], style: { textVerticalAlign: 'middle',
              fill: ink, font: '13px ' + text.fontFamily,
              text: row.confirmed + ' / ' + row.reviewed } }
          ] };
        }
      }];
      return { height: 56 + 32 * rows.length, option: option };
    },

    refutations: function (rows) {
      var option = tipOnAxis(lying(column(rows, 'reason')));
      option.grid.top = 12;
      option.legend = undefined;
      option.series = [bars('不属实线索', column(rows, 'refuted'), colour('open'))];
      option.series[0].label = { show: true, position: 'right', color: ink, fontSize: 13 };
      return { height: 56 + 32 * rows.length, option: option };
    },

    /* The site's own map, coloured as the tiles below it are. */
    regions: function () {
      var data = [].map.call(document.querySelectorAll('.tiles li'), function (tile) {
        var style = getComputedStyle(tile);
        return { name: tile.dataset.region, value: Number(tile.dataset.shade),
          itemStyle: { areaColor: style.backgroundColor }, label: { color: style.color } };
      });
      var shapes = JSON.parse(document.getElementById('regions-data').textContent);
      echarts.registerMap('regions', shapes);
      var short = function (of) { return of.name.replace(/^\S+ /, ''); };
      return { height: 520, option: {
        series: [{ type: 'map', map: 'regions', data: data, selectedMode: false,
          label: { show: true, fontSize: 11, formatter: short }, labelLayout: { hideOverlap: true },
          itemStyle: { areaColor: '#fff', borderColor: colour('muted'), borderWidth: 0.6 },
          emphasis: { disabled: true } }]
      } };
    }
  };

  var drawn = [];

  function draw(figure) {
    var made = charts[figure.dataset.chart](rowsOf(figure));
    var place = document.createElement('div');
    place.className = 'chart';
    place.style.height = made.height + 'px';
    place.setAttribute('role', 'img');
    place.setAttribute('aria-label', figure.getAttribute('aria-label'));
    figure.insertBefore(place, figure.firstChild);
    var chart = echarts.init(place, null, { renderer: 'svg' });
    made.option.animation = false;
    made.option.textStyle = text;
    chart.setOption(made.option);
    drawn.push(chart);
  }

  /* With the view box a drawing shrinks as a picture does, should paper be narrower than A4. */
  function fit() {
    drawn.forEach(function (chart) {
      chart.resize();
      chart.getZr().flush();  /* now, not with the next frame: paper does not wait for one */
      var svg = chart.getDom().querySelector('svg');
      svg.setAttribute('viewBox', '0 0 ' + chart.getWidth() + ' ' + chart.getHeight());
    });
  }

  function paper(on) {
    document.body.classList.toggle('paper', on);
    [].forEach.call(document.querySelectorAll('figure details'), function (details) {
      details.open = on;
    });
    fit();
  }

  [].forEach.call(document.querySelectorAll('figure[data-chart]'), draw);
  paper(false);
  window.addEventListener('resize', fit);
  window.addEventListener('beforeprint', function () { paper(true); });
  window.addEventListener('afterprint', function () { paper(false); });
})();
