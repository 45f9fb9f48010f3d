package io.coxswain.controller.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Text in columns for what has no column of its own. Never for secrets. */
final class Json {
  // Unknown properties are skipped, so that an older controller can read what a newer one wrote.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(instants())
          .configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true)
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .build();

  private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> WORDS = new TypeReference<>() {};

  private Json() {}

  // As text, with all nanoseconds.
  private static SimpleModule instants() {
    return new SimpleModule()
        .addSerializer(Instant.class, ToStringSerializer.instance)
        .addDeserializer(
            Instant.class,
            new FromStringDeserializer<>(Instant.class) {
              @Override
              protected Instant _deserialize(String text, DeserializationContext context) {
                return Instant.parse(text);
              }
            });
  }

  static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new StoreException("cannot be written as JSON: " + value.getClass().getSimpleName(), e);
    }
  }

  static List<String> strings(String text) {
    try {
      return MAPPER.readValue(text, STRINGS);
    } catch (JsonProcessingException e) {
      throw damaged("a list of strings", e);
    }
  }

  static Map<String, String> words(String text) {
    try {
      return MAPPER.readValue(text, WORDS);
    } catch (JsonProcessingException e) {
      throw damaged("a map of strings", e);
    }
  }

  static <T> T value(String text, Class<T> type) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw damaged("a " + type.getSimpleName(), e);
    }
  }

  private static StoreException damaged(String expected, JsonProcessingException cause) {
    return new StoreException(
        "a column of the database cannot be read (expected: " + expected + " as JSON)", cause);
  }
}
