package hring.api.internal.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hring.api.NameException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {
  @Test
  void usersAreFoundByNameAndByNumber() throws IOException {
    assertThat(Users.find("root")).isZero();
    assertThat(Users.find("4294967294")).isEqualTo(4_294_967_294L);
    Path file = Files.createTempFile("users", "");
    try {
      assertThat(Users.own())
          .isEqualTo(((Number) Files.getAttribute(file, "unix:uid")).longValue());
    } finally {
      Files.delete(file);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4294967295", "9999999999", "12345678901", "-1", "no such user", "+"})
  void anUnknownUserIsRefused(String user) {
    assertThatThrownBy(() -> Users.find(user))
        .isInstanceOf(NameException.class)
        .hasMessageContaining(user);
  }
}
