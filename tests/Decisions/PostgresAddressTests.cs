using Mail.Hosting;
using Npgsql;

namespace Mail.Tests.Decisions;

/// <summary>Where the database is, as platforms say it.</summary>
public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("Host=db;Port=5433;Database=mail;Username=mail;Password=se/cret@", 5433, SslMode.Prefer)]
    [InlineData("postgres://mail:se%2Fcret%40@db:5433/mail", 5433, SslMode.Prefer)]
    [InlineData("postgresql://mail:se%2Fcret%40@db/mail?sslmode=verify-full&application_name=x", 5432, SslMode.VerifyFull)]
    public void A_connection_string_and_a_uri_say_the_same(string text, int port, SslMode mode)
    {
        var address = PostgresAddress.Parse(text);
        Assert.Equal(
            ("db", port, "mail", "mail", "se/cret@", mode),
            (address.Host, address.Port, address.Database, address.Username, address.Password, address.SslMode));
    }

    [Fact]
    public void A_connection_string_may_name_several_hosts() =>
        Assert.Equal("a:5433,b", PostgresAddress.Parse("Host=a:5433,b;Database=mail").Host);

    [Theory]
    [InlineData("postgres://mail:secret@db:port/mail", "a number")]
    [InlineData("postgres://mail:secret@db/mail?sslmode=perhaps", "sslmode=perhaps")]
    [InlineData("postgres://mail:54sd/d56@db/mail", "Percent-encode it (%2F)")]
    [InlineData("postgres://mail:pa#ss@db/mail", "Percent-encode it (%23)")]
    [InlineData("Host=db;Password=a;b;Database=mail", "Password=\"a;b\"")]
    [InlineData("db.example.com", "Host=")]
    public void What_is_neither_is_refused_and_says_why(string text, string why)
    {
        var refused = Assert.Throws<SettingException>(() => PostgresAddress.Parse(text));
        Assert.StartsWith("ConnectionStrings__Postgres ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }
}
