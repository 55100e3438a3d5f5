package hring.cli;

import hring.api.DeathPolicy;
import hring.api.Placement;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the options of the command into sentences of the library, which name methods: {@code
 * --from-user root} for {@code fromUser("root")}.
 */
final class OptionNames {
  /** The methods of the builders that the command has an option for. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("allocator", "--allocator"),
          Map.entry("transport", "--transport"),
          Map.entry("poolSize", "--pool"),
          Map.entry("ringEntries", "--ring-entries"),
          Map.entry("maxBatch", "--max-batch"),
          Map.entry("maxReceivers", "--max-receivers"),
          Map.entry("onReceiverDeath", "--on-receiver-death"),
          Map.entry("deliveryLimit", "--delivery-limit"),
          Map.entry("delivery", "--delivery"),
          Map.entry("evictBehind", "--evict-behind"),
          Map.entry("evictBehindBytes", "--evict-behind-bytes"),
          Map.entry("placement", "--placement"),
          Map.entry("directory", "--dir"),
          Map.entry("mode", "--mode"),
          Map.entry("group", "--group"),
          Map.entry("waitStrategy", "--wait-strategy"),
          Map.entry("fromUser", "--from-user"),
          Map.entry("waitFor", "--wait"));

  /** Those whose option takes no value. */
  private static final Map<String, String> FLAGS =
      Map.of(
          "preTouch", "--pre-touch",
          "allowTracer", "--allow-any-tracer",
          "allowAnyTracer", "--allow-any-tracer");

  private static final Pattern CALL =
      Pattern.compile("\\b(?:[A-Z]\\w*\\.)?([a-z]\\w*)\\(([^()]*)\\)");

  /** A constant in a sentence, perhaps after the name of its method or of its type. */
  private static final Pattern CONSTANT =
      Pattern.compile("(?:\\b(?:placement|policy) )?\\b(?:[A-Z][a-z]\\w*\\.)?([A-Z]+(?:_[A-Z]+)*)");

  private static final Pattern TWICE = Pattern.compile("(--[a-z-]+) or \\1(?![a-z-])");

  private OptionNames() {}

  /** Returns the sentence with options in place of methods and constants. */
  static String in(String sentence) {
    if (sentence == null) {
      return "";
    }
    String calls = CALL.matcher(sentence).replaceAll(OptionNames::call);
    String constants = CONSTANT.matcher(calls).replaceAll(OptionNames::constant);
    return TWICE.matcher(constants).replaceAll("$1");
  }

  private static String call(MatchResult call) {
    String method = call.group(1);
    String replaced = call.group();
    if (FLAGS.containsKey(method)) {
      replaced = FLAGS.get(method);
    } else if (OPTIONS.containsKey(method)) {
      String value = value(call.group(2));
      replaced = OPTIONS.get(method) + (value.isEmpty() ? "" : " " + value);
    }
    return Matcher.quoteReplacement(replaced);
  }

  /** Writes an argument as a command line does: "root", Placement.IN_REGION, bytes. */
  private static String value(String argument) {
    if (argument.startsWith("\"")) {
      return argument.replace("\"", "");
    }
    String name = argument.substring(argument.lastIndexOf('.') + 1);
    boolean constant = name.equals(name.toUpperCase(Locale.ROOT));
    return constant
        ? name.toLowerCase(Locale.ROOT).replace('_', '-')
        : name.toUpperCase(Locale.ROOT);
  }

  private static String constant(MatchResult constant) {
    String name = constant.group(1);
    String replaced = constant.group();
    for (Placement placement : Placement.values()) {
      if (placement.name().equals(name)) {
        replaced = "--placement " + EnumName.of(placement);
      }
    }
    for (DeathPolicy policy : DeathPolicy.values()) {
      if (policy.name().equals(name)) {
        replaced = "--on-receiver-death " + EnumName.of(policy);
      }
    }
    return Matcher.quoteReplacement(replaced);
  }
}
