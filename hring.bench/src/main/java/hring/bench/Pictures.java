package hring.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;

/** Draws what was measured; what lacks a figure is left out. */
final class Pictures {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 500;
  private static final List<String> STREAMS =
      List.of("hring/batched", "hring/single", "agrona/one-to-one", "aeron/ipc", "uds", "pipe");
  private static final List<String> SMALL = List.of("8", "1024");
  private static final List<String> ROUND_TRIPS =
      List.of(
          "hring/rtt/spin",
          "hring/rtt/park",
          "agrona/rtt/spin",
          "aeron/rtt/spin",
          "uds/rtt",
          "nop/rtt",
          "shm/rtt");
  private static final List<String> PERCENTILES = List.of("p50", "p99", "p99.9");
  private static final String BY_SIZE = "hring/size/";
  private static final String TIME = "time";

  private final List<Result> results;
  private final Path directory;

  private Pictures(List<Result> results, Path directory) {
    this.results = results;
    this.directory = directory;
  }

  static void draw(List<Result> results, Path directory) throws IOException {
    Files.createDirectories(directory);
    Pictures pictures = new Pictures(results, directory);
    pictures.bars("peers", "Time per message", "ns", STREAMS, SMALL, false);
    pictures.bars("latency", "Round trip", "ns", ROUND_TRIPS, PERCENTILES, true);
    pictures.bySize();
  }

  /** A group of bars for each second name: a size, or a percentile. */
  private void bars(
      String file,
      String title,
      String unit,
      List<String> names,
      List<String> groups,
      boolean percentiles)
      throws IOException {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(percentiles ? "percentile" : "size of a message in bytes")
            .yAxisTitle(unit + ", logarithmic")
            .build();
    chart.getStyler().setYAxisLogarithmic(true).setYAxisMin(1.0);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    for (String name : names) {
      List<Double> medians = new ArrayList<>();
      for (String group : groups) {
        Optional<Result> result =
            percentiles
                ? Results.find(results, name, group)
                : Results.find(results, name + "/" + group, TIME);
        result.map(Result::median).ifPresent(medians::add);
      }
      // A gap cannot be drawn on a logarithmic axis.
      if (medians.size() == groups.size()) {
        chart.addSeries(name, groups, medians);
      }
    }
    save(chart, chart.getSeriesMap().isEmpty(), file);
  }

  private void bySize() throws IOException {
    List<Result> sizes =
        results.stream()
            .filter(result -> result.caseName().startsWith(BY_SIZE))
            .filter(result -> result.metric().equals(TIME))
            .toList();
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("hring by size")
            .xAxisTitle("size of a message in bytes, logarithmic")
            .yAxisTitle("GB/s and million messages/s, logarithmic")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    if (!sizes.isEmpty()) {
      double[] bytes = sizes.stream().mapToDouble(Pictures::bytes).toArray();
      double[] rate = sizes.stream().mapToDouble(r -> bytes(r) / r.median()).toArray();
      double[] messages = sizes.stream().mapToDouble(r -> 1000 / r.median()).toArray();
      chart.addSeries("GB/s", bytes, rate);
      chart.addSeries("million messages/s", bytes, messages);
    }
    save(chart, sizes.isEmpty(), "throughput-by-size");
  }

  private static double bytes(Result result) {
    return Double.parseDouble(result.caseName().substring(BY_SIZE.length()));
  }

  private void save(Chart<?, ?> chart, boolean empty, String name) throws IOException {
    if (!empty) {
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, directory.resolve(name).toString(), VectorGraphicsFormat.SVG);
    }
  }
}
