package hring.cli;

import hring.api.DeathPolicy;
import hring.api.Delivery;
import hring.api.Placement;
import hring.api.WaitStrategy;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the constants of an enum as a command line writes them: in-region for IN_REGION. */
abstract class EnumName<E extends Enum<E>> implements ITypeConverter<E> {
  private final Class<E> type;

  EnumName(Class<E> type) {
    this.type = type;
  }

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public E convert(String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> of(constant).equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of " + choices()));
  }

  private String choices() {
    return Arrays.stream(type.getEnumConstants())
        .map(EnumName::of)
        .collect(Collectors.joining(", "));
  }

  /** For options. */
  static final class OfPlacement extends EnumName<Placement> {
    OfPlacement() {
      super(Placement.class);
    }
  }

  /** For options. */
  static final class OfDelivery extends EnumName<Delivery> {
    OfDelivery() {
      super(Delivery.class);
    }
  }

  /** For options. */
  static final class OfDeathPolicy extends EnumName<DeathPolicy> {
    OfDeathPolicy() {
      super(DeathPolicy.class);
    }
  }

  /** For options. */
  static final class OfWaitStrategy extends EnumName<WaitStrategy> {
    OfWaitStrategy() {
      super(WaitStrategy.class);
    }
  }
}
