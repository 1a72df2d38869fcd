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
    // Azure prints this for PHP, DigitalOcean and RDS for psql.
    [InlineData("host=db port=5433 dbname=mail user=mail password=se/cret@ sslmode=require", 5433, SslMode.Require)]
    [InlineData("user='mail' password='se/cret@' host = db dbname=mail", 5432, SslMode.Prefer)]
    [InlineData("postgresql+asyncpg://mail:se%2Fcret%40@db/mail?ssl=true", 5432, SslMode.Require)]
    [InlineData("POSTGRES://mail:se%2Fcret%40@db:5433/mail?channel_binding=require&sslMode=require", 5433, SslMode.Require)]
    [InlineData("jdbc:postgresql://db:5433/mail?user=mail&password=se%2Fcret%40", 5433, SslMode.Prefer)]
    [InlineData("Host=db;Database=mail;Username=mail;Password=se/cret@;SSL Mode=verify-full", 5432, SslMode.VerifyFull)]
    public void A_connection_string_and_a_uri_say_the_same(string text, int port, SslMode mode)
    {
        var address = PostgresAddress.Parse(text);
        Assert.Equal(
            ("db", port, "mail", "mail", "se/cret@", mode),
            (address.Host, address.Port, address.Database, address.Username, address.Password, address.SslMode));
    }

    [Theory]
    [InlineData("Host=a:5433,b;Database=mail")]
    [InlineData("postgres://mail:secret@a:5433,b/mail?target_session_attrs=read-write")]
    public void It_may_name_several_hosts(string text) => Assert.Equal("a:5433,b", PostgresAddress.Parse(text).Host);

    // ankane/pgsync 236, amacneil/dbmate 212, Azure's single server.
    [Theory]
    [InlineData("postgres://user:Superp@ssW0rd01@db:5432/mail", "user", "Superp@ssW0rd01")]
    [InlineData(@"postgres://user:]Srs\|^[P-{@db/mail", "user", @"]Srs\|^[P-{")]
    [InlineData("postgresql://mail@server:pw@db:5432/mail", "mail@server", "pw")]
    [InlineData("postgres://db:5432/mail", null, null)]
    [InlineData("postgres://mail@db/mail", "mail", null)]
    public void User_and_password_of_a_uri_end_at_its_last_at(string text, string? user, string? password)
    {
        var address = PostgresAddress.Parse(text);
        Assert.Equal(("db", "mail", user, password), (address.Host, address.Database, address.Username, address.Password));
    }

    // Cloud SQL (prisma/prisma 525, GoogleCloudPlatform/python-docs-samples 2635).
    [Theory]
    [InlineData("postgres://u:p@localhost/db?host=/cloudsql/p:us-east4:i")]
    [InlineData("postgresql://u:p@/db?host=/cloudsql/p:us-east4:i")]
    [InlineData("postgres:///db?host=/cloudsql/p:us-east4:i&user=u&password=p")]
    [InlineData("postgresql://u:p@%2Fcloudsql%2Fp%3Aus-east4%3Ai/db")]
    public void The_host_may_be_the_directory_of_a_socket(string text)
    {
        var address = PostgresAddress.Parse(text);
        Assert.Equal(
            ("/cloudsql/p:us-east4:i", "db", "u", "p"), (address.Host, address.Database, address.Username, address.Password));
    }

    [Theory]
    [InlineData("postgres://u:p@db/mail?sslmode=verify-full&sslrootcert=/ca.pem", "/ca.pem")]
    [InlineData("postgres://u:p@db/mail?sslmode=verify-full&sslrootcert=system", null)]
    public void Its_authority_is_that_of_libpq(string text, string? file) =>
        Assert.Equal(file, PostgresAddress.Parse(text).RootCertificate);

    [Theory]
    [InlineData("postgres://mail:secret@db:port/mail", "a number")]
    [InlineData("postgres://mail:secret@db/mail?sslmode=perhaps", "sslmode=perhaps")]
    [InlineData("postgres://mail:54sd/d56@db/mail", "Percent-encode it (%2F)")]
    [InlineData("postgres://mail:pa#ss@db/mail", "Percent-encode it (%23)")]
    [InlineData("postgres://mail:pa?s=s@db/mail", "Percent-encode it (%3F)")]
    [InlineData("Host=db;Password=a;b;Database=mail", "Password=\"a;b\"")]
    [InlineData("db.example.com", "Host=")]
    [InlineData("Host=db;User=mail;Database=mail", "write Username=")]
    [InlineData("Host=db;ssl=true;Database=mail", "SSL Mode=Require")]
    [InlineData("Data Source=db;Database=mail", "write Host=")]
    [InlineData("postgresql://:@:5432/", "names no host")]
    [InlineData("postgresql://${{PGUSER}}:${{PGPASSWORD}}@${{PGHOST}}:5432/${{PGDATABASE}}", "${{PGUSER}}")]
    [InlineData("postgres://mail:$(POSTGRES_PASSWORD)@db/mail", "$(POSTGRES_PASSWORD)")]
    [InlineData("Host=db;Password=${DB_PASSWORD}", "${DB_PASSWORD}")]
    [InlineData("Host=db user mail;Database=mail", "a blank")]
    public void What_is_neither_is_refused_and_says_why(string text, string why)
    {
        var refused = Assert.Throws<SettingException>(() => PostgresAddress.Parse(text));
        Assert.StartsWith("ConnectionStrings__Postgres ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }
}
