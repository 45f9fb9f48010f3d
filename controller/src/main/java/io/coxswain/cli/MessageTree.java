package io.coxswain.cli;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A message as maps, lists, strings, numbers and booleans after protobuf's JSON mapping:
 * lowerCamelCase names, enums by name, 64-bit integers as strings, moments in RFC 3339. Fields that
 * cannot be absent are always there, so that a program never has to ask; absent messages are left
 * out.
 */
final class MessageTree {
  private MessageTree() {}

  static Object of(Message message) {
    if (message instanceof Timestamp moment) {
      return Instant.ofEpochSecond(moment.getSeconds(), moment.getNanos()).toString();
    }
    if (message instanceof Duration span) {
      return seconds(span);
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (!field.hasPresence() || message.hasField(field)) {
        tree.put(field.getJsonName(), field(field, message.getField(field)));
      }
    }
    return tree;
  }

  private static Object field(FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      Map<String, Object> entries = new TreeMap<>();
      for (Object entry : (List<?>) value) {
        MapEntry<?, ?> pair = (MapEntry<?, ?>) entry;
        FieldDescriptor content = field.getMessageType().findFieldByNumber(2);
        entries.put(String.valueOf(pair.getKey()), scalar(content, pair.getValue()));
      }
      return entries;
    }
    if (field.isRepeated()) {
      List<Object> items = new ArrayList<>();
      for (Object item : (List<?>) value) {
        items.add(scalar(field, item));
      }
      return items;
    }
    return scalar(field, value);
  }

  private static Object scalar(FieldDescriptor field, Object value) {
    return switch (field.getType()) {
      case MESSAGE, GROUP -> of((Message) value);
      case ENUM -> ((EnumValueDescriptor) value).getName();
      case BYTES -> Base64.getEncoder().encodeToString(((ByteString) value).toByteArray());
      case UINT32, FIXED32 -> Integer.toUnsignedLong((Integer) value);
      case UINT64, FIXED64 -> Long.toUnsignedString((Long) value);
      case INT64, SINT64, SFIXED64 -> value.toString();
      default -> value;
    };
  }

  private static String seconds(Duration span) {
    var exact = java.time.Duration.ofSeconds(span.getSeconds(), span.getNanos());
    return BigDecimal.valueOf(exact.toSeconds())
            .add(BigDecimal.valueOf(exact.toNanosPart(), 9))
            .stripTrailingZeros()
            .toPlainString()
        + "s";
  }
}
