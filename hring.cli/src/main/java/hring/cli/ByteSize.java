package hring.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads 4096, 64K, 4M, 1G. */
final class ByteSize implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(-?\\d{1,18})([KMG]?)(i?B)?");
  private static final int KILO_BITS = 10;

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no number of bytes; write it like 4096, 64K, 4M or 1G");
    }
    int shift = " KMG".indexOf(matcher.group(2).isEmpty() ? " " : matcher.group(2)) * KILO_BITS;
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
    } catch (ArithmeticException e) {
      throw new TypeConversionException("'" + text + "' is more than 8 exbibytes");
    }
  }

  /** Writes a number of bytes for people: 4 KiB, 1.5 GiB. */
  static String format(long bytes) {
    if (bytes < 1L << KILO_BITS) {
      return bytes + " B";
    }
    int unit = (Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / KILO_BITS;
    double value = (double) bytes / (1L << unit * KILO_BITS);
    String digits = value == Math.rint(value) ? "%.0f" : "%.1f";
    return (digits + " %siB").formatted(value, " KMGTPE".charAt(unit));
  }
}
