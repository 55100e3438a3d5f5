package hring.cli;

import hring.api.RingInfo;

/** Writes a ring as a JSON object. */
final class RingJson {
  private static final int FIRST_PRINTABLE = 0x20;

  private RingJson() {}

  static String of(RingInfo ring) {
    StringBuilder json = new StringBuilder("{");
    text(json, "name", ring.name());
    text(json, "file", ring.file().toString());
    text(json, "condition", EnumName.of(ring.condition()));
    number(json, "pid", ring.pid());
    text(json, "user", ring.user());
    number(json, "uid", ring.uid());
    number(json, "size", ring.size());
    number(json, "submissionEntries", ring.submissionEntries());
    number(json, "completionEntries", ring.completionEntries());
    ring.details().ifPresent(details -> add(json, details));
    return json.append('}').toString();
  }

  private static void add(StringBuilder json, RingInfo.Details details) {
    text(json, "placement", EnumName.of(details.placement()));
    text(json, "transport", details.transport());
    text(json, "allocator", details.allocator());
    number(json, "granule", details.granule());
    number(json, "poolSize", details.poolSize());
    number(json, "receivers", details.receivers());
    details.use().ifPresent(use -> number(json, "used", use.used()));
  }

  private static void number(StringBuilder json, String key, long value) {
    key(json, key).append(value);
  }

  private static void text(StringBuilder json, String key, String value) {
    key(json, key).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < FIRST_PRINTABLE) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  private static StringBuilder key(StringBuilder json, String key) {
    if (json.length() > 1) {
      json.append(',');
    }
    return json.append('"').append(key).append("\":");
  }
}
