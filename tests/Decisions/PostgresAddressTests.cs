using Mail.Hosting;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace Mail.Tests.Decisions;

/// <summary>Where the database is, as platforms say it.</summary>
public sealed class PostgresAddressTests
{
    private const string OneHost = "has a host that can't be used: write its name or address alone";

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
    [InlineData("postgresql+asyncpg://mail:se%2Fcret%40@db/mail?ssl=verify-full", 5432, SslMode.VerifyFull)]
    [InlineData("jdbc:postgresql://db/mail?user=mail&password=se%2Fcret%40&sslmode=verify-full&ssl=true", 5432, SslMode.VerifyFull)]
    [InlineData("postgres://mail:se%2Fcret%40@db/mail?ssl=0", 5432, SslMode.Disable)]
    // node-postgres's.
    [InlineData("postgres://mail:se%2Fcret%40@db/mail?sslmode=no-verify", 5432, SslMode.Require)]
    // DigitalOcean's page.
    [InlineData("username = mail password = se/cret@ host = db port = 5433 database = mail sslmode = require", 5433, SslMode.Require)]
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

    [Theory]
    [InlineData("Host=::1;Port=5433;Database=mail", "::1")]
    [InlineData("Host=[::1]:5433;Database=mail", "[::1]:5433")]
    [InlineData("Host=127.0.0.1:5433,[::1]:5434,fe80::1;Database=mail", "127.0.0.1:5433,[::1]:5434,fe80::1")]
    [InlineData("postgres://mail@[::1]:5433/mail", "[::1]")]
    // Supabase's pooler has session mode at this port.
    [InlineData("postgres://mail@aws-0-eu-central-1.pooler.supabase.com:5432/mail", "aws-0-eu-central-1.pooler.supabase.com")]
    public void Its_hosts_are_taken_as_they_are(string text, string host) => Assert.Equal(host, PostgresAddress.Parse(text).Host);

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
    [InlineData("sslmode=verify-full&sslrootcert=FILE", SslMode.VerifyFull)]
    [InlineData("sslmode=require&sslrootcert=FILE", SslMode.VerifyCA)]
    [InlineData("sslrootcert=FILE&sslmode=require", SslMode.VerifyCA)]
    [InlineData("sslrootcert=FILE", SslMode.Prefer)]
    [InlineData("sslmode=require&sslrootcert=system", SslMode.Require)]
    public void Its_authority_is_that_of_libpq_where_require_checks_against_one(string parameters, SslMode mode)
    {
        var file = Path.Combine(Checkout.Root, "global.json");
        var address = PostgresAddress.Parse(
            "postgres://u:p@db/mail?" + parameters.Replace("FILE", Uri.EscapeDataString(file), StringComparison.Ordinal));
        Assert.Equal(
            (parameters.Contains("FILE", StringComparison.Ordinal) ? file : null, mode), (address.RootCertificate, address.SslMode));
    }

    [Theory]
    [InlineData("DATABASE_URL", "", "")]
    [InlineData("DATABASE_URL", "postgres://mail:secret@db/mail", " DATABASE_URL is set: set this variable to its value.")]
    public void One_that_is_missing_is_said_to_be_and_where_its_value_is(string name, string value, string hint)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(name, (string?)value)]).Build();
        Assert.Equal(
            "ConnectionStrings__Postgres is not set: set it to the database's address, for example "
            + $"Host=postgres;Database=mail;Username=mail;Password=….{hint}",
            Assert.Throws<SettingException>(() => Postgres.Address(configuration)).Message);
    }

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
    [InlineData("Host=db.example.com:5432/mail;Database=mail", OneHost)]
    [InlineData("Host=https://xyz.supabase.co;Database=mail", OneHost)]
    [InlineData("Host=postgres://mail:secret@db/mail;Database=mail", OneHost)]
    [InlineData("Host=db:;Database=mail", OneHost)]
    [InlineData("Host=db:70000;Database=mail", OneHost)]
    [InlineData("Host=db;Port=70000;Database=mail", OneHost)]
    [InlineData("Host=a,,b;Database=mail", OneHost)]
    [InlineData("Server=tcp:mail.postgres.database.azure.com,5432;Database=mail", OneHost)]
    [InlineData("Server=mail.postgres.database.azure.com,5432;Database=mail", OneHost)]
    [InlineData("postgres://mail:secret@a:5432,b:/mail", OneHost)]
    // Prisma, Neon, Supabase.
    [InlineData("postgres://mail:secret@db:6543/mail?pgbouncer=true", "has pgbouncer=true")]
    [InlineData(
        "postgres://mail:secret@ep-cool-sea-1-pooler.eu-central-1.aws.neon.tech/mail",
        "write the database's own host, ep-cool-sea-1.eu-central-1.aws.neon.tech.")]
    [InlineData("postgres://mail:secret@aws-0-eu-central-1.pooler.supabase.com:6543/mail", "write port 5432")]
    [InlineData("Host=a,aws-0-eu-central-1.pooler.supabase.com:6543;Database=mail", "write port 5432")]
    [InlineData("postgresql://mail:[YOUR-PASSWORD]@db/mail", "a placeholder")]
    [InlineData("Server=db;Database=mail;User Id=mail;Password={your_password}", "a placeholder")]
    [InlineData("postgres://mail:********@db/mail", "a placeholder")]
    [InlineData("psql 'postgresql://mail:secret@db/mail'", "begin with postgres://")]
    [InlineData("DATABASE_URL=postgres://mail:secret@db/mail", "begin with postgres://")]
    [InlineData("psql -h db -U mail mail", "is a command")]
    [InlineData("PGPASSWORD=secret psql -h db -U mail mail", "is a command")]
    [InlineData("postgres://mail:secret@db/mail?sslrootcert=/nowhere/ca.pem", "names a file as its sslrootcert")]
    [InlineData("postgres://mail:secret@db/mail?sslcert=/nowhere/mail.crt", "names a file as its sslcert")]
    [InlineData("Host=db;SSL Key=/nowhere/mail.key", "names a file as its sslkey (SSL Key)")]
    [InlineData("postgres://mail:secret@db/mail?ssl=perhaps", "ssl=perhaps")]
    public void What_is_neither_is_refused_and_says_why(string text, string why)
    {
        var refused = Assert.Throws<SettingException>(() => PostgresAddress.Parse(text));
        Assert.StartsWith("ConnectionStrings__Postgres ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }
}
