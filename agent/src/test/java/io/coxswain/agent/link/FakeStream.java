package io.coxswain.agent.link;

import io.coxswain.v1.AgentMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a session sends, kept. */
final class FakeStream implements AgentSession.Stream {
  final List<AgentMessage> sent = new ArrayList<>();
  Optional<String> ended = Optional.empty();

  @Override
  public void send(AgentMessage message) {
    sent.add(message);
  }

  @Override
  public void end(String why) {
    ended = Optional.of(why);
  }

  List<AgentMessage.BodyCase> bodies() {
    return sent.stream().map(AgentMessage::getBodyCase).toList();
  }

  long count(AgentMessage.BodyCase body) {
    return bodies().stream().filter(body::equals).count();
  }
}
