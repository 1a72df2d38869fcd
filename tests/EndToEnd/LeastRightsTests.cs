using System.Net;
using System.Text.Json.Nodes;
using Mail.Tests.EndToEnd.Attachments;
using Mail.Tests.EndToEnd.Events;
using Mail.Tests.Fixtures;
using Mail.Tests.Fixtures.Smtp;
using Npgsql;

namespace Mail.Tests.EndToEnd;

/// <summary>
/// Each service under a database role and a RabbitMQ user that can do what it does and nothing else, and TLS to the broker.
/// </summary>
public sealed class LeastRightsTests(TestServers servers)
{
    // As docs/security.md has them.
    private const string SchedulersNames =
        @"^(send-email|deliver-webhook|email-config-saved|scheduler|restore-fence|Mail\.Contracts:|MassTransit\.Scheduling:)"
        + @"|^amq\.default$";
    private const string SendersNames = "^(send-email|deliver-webhook)";
    private static readonly string[] Refusals = ["permission denied", "must be owner", "ACCESS_REFUSED"];

    [Fact]
    public async Task All_that_the_system_does_works_with_a_role_and_a_user_for_each_service()
    {
        var database = await servers.NewDatabaseAsync();
        await RolesAsync(database);
        await using var schema = ServiceProcess.On(
            database, "", "SchedulerService", new(StringComparer.Ordinal) { ["RETENTION_DAYS"] = "1" }, "--apply-schema");
        Assert.Equal(0, await schema.RunToEndAsync());
        Assert.Contains(
            "The roles mail_config, mail_scheduler and mail_sender have what each service needs.", schema.Log, StringComparison.Ordinal);

        var virtualHost = await servers.NewVirtualHostAsync();
        var (proxy, encrypted) = TlsProxy.BeforeRabbitMq(virtualHost);
        await using var _ = proxy;
        var authority = Path.Combine(Path.GetTempPath(), $"authority-{Environment.ProcessId}.pem");
        TestCertificate.WriteAuthority(authority);
        var (scheduler, sender) = (await servers.NewUserAsync(encrypted, SchedulersNames), await servers.NewUserAsync(
            encrypted, SendersNames));
        await using var system = await MailSystem.StartAsync(
            servers, ofEach: 2, postgres: database, rabbitMq: virtualHost, smtp: smtp => smtp
                .ButFor("later@example.com", "450 4.2.0 Come back later").Times(1)
                .ButFor("rest@example.com", "450 4.2.0 Come back later").Times(1),
            environmentOf: service => service switch
            {
                "ConfigService" =>
                [
                    ("ConnectionStrings__Postgres", As(database, "mail_config")), ("ConnectionStrings__RabbitMq", ""),
                    .. WebhookKeys.Of(service),
                ],
                "SchedulerService" =>
                [
                    ("ConnectionStrings__Postgres", As(database, "mail_scheduler")), ("ConnectionStrings__RabbitMq", scheduler),
                    ("SSL_CERT_FILE", authority),
                ],
                _ =>
                [
                    ("ConnectionStrings__Postgres", As(database, "mail_sender")), ("ConnectionStrings__RabbitMq", sender),
                    ("SSL_CERT_FILE", authority), .. WebhookKeys.Of(service),
                ],
            },
            environment: ("RETENTION_DAYS", "1"));
        using var api = system.Api;

        // A webhook, which fails once. An upload, a config with it, a change, a single e-mail that is tried again, one with a remainder, a
        // move, a cancel, a resend, a hold and its release, a test, the page, an erasure.
        var tries = 0;
        await using var receiver = await WebhookReceiver.StartAsync(_ => Interlocked.Increment(ref tries) == 1 ? 500 : 200);
        var webhook = (string)(await api.PostAsync("client/acme/webhooks", new JsonObject { ["url"] = receiver.Address.ToString() }))
            .Expect(HttpStatusCode.Created).Json["id"]!;
        var attachment = await api.UploadedAsync("acme", [1, 2, 3]);
        (await api.GetAsync($"client/acme/attachments/{attachment}")).Expect(HttpStatusCode.OK);
        var config = Api.Config(
            Api.Item("now", Api.In(TimeSpan.Zero)).WithAttachments(Uploads.ById(attachment, "a.bin"), Uploads.Along([4], "b.bin")),
            Api.Item("later", Api.In(TimeSpan.FromHours(1))));
        var saved = (await api.PutAsync("client/acme/email-config", config)).Expect(HttpStatusCode.OK).Json["emails"]!.AsArray();
        var sent = await api.EmailAsync((string)saved[0]!["id"]!, "sent");
        (await api.PostAsync($"scheduled-emails/{(string)sent["id"]!}/resend", null)).Expect(HttpStatusCode.Conflict);
        config["emails"]![1]!["subject"] = "Changed";
        config["emails"]!.AsArray().Add(JsonNode.Parse("""
            {"key":"digest","to":["ada@example.com"],"subject":"Digest","text":"News","recurrence":{"rrule":"FREQ=DAILY",
             "start_local":"2026-01-01T09:00:00","time_zone":"Europe/Berlin"}}
            """));
        (await api.PutAsync("client/acme/email-config", config)).Expect(HttpStatusCode.OK);
        var id = (string)(await api.PostAsync(
            "client/acme/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1)), "later@example.com"),
            ("Idempotency-Key", "once")))
            .Expect(HttpStatusCode.Created).Json["id"]!;
        (await api.PatchAsync($"scheduled-emails/{id}", new JsonObject { ["scheduled_datetime"] = Api.Time(Api.In(TimeSpan.Zero)) }))
            .Expect(HttpStatusCode.OK);
        await api.EmailAsync(id, "sent");
        var two = Api.Item(null, Api.In(TimeSpan.Zero));
        two["cc"] = new JsonArray("rest@example.com");
        var original = await api.EmailAsync(
            (string)(await api.PostAsync("client/acme/scheduled-emails", two)).Expect(HttpStatusCode.Created).Json["id"]!, "sent");
        await api.EmailAsync((string)original["remainder"]!, "sent");
        var cancelled = (string)(await api.PostAsync("client/acme/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1)))))
            .Expect(HttpStatusCode.Created).Json["id"]!;
        (await api.PostAsync($"scheduled-emails/{cancelled}/cancel")).Expect(HttpStatusCode.OK);
        (await api.PostAsync("client/acme/hold", new JsonObject { ["reason"] = "a moment" })).Expect(HttpStatusCode.OK);
        (await api.PostAsync("client/acme/release")).Expect(HttpStatusCode.OK);
        (await api.PostAsync("scheduled-emails/process")).Expect(HttpStatusCode.OK);
        (await api.PostAsync("test-email", new JsonObject { ["to"] = "ada@example.com" })).Expect(HttpStatusCode.OK);
        (await api.PutAsync("client/acme/templates/welcome", new JsonObject { ["subject"] = "Hello", ["text"] = "Hello" }))
            .Expect(HttpStatusCode.OK);
        (await api.PostAsync("client/acme/templates/welcome/apply")).Expect(HttpStatusCode.OK);
        (await api.PostAsync("client/acme/api-keys", new JsonObject { ["name"] = "shop" })).Expect(HttpStatusCode.Created);
        await receiver.UntilAsync(all => all.Count > 3 && all.GroupBy(each => each.Id).Any(each => each.Count() == 2));
        (await api.PostAsync($"client/acme/webhooks/{webhook}/rotate-secret")).Expect(HttpStatusCode.OK);
        (await api.PostAsync($"client/acme/webhooks/{webhook}/test")).Expect(HttpStatusCode.OK);
        (await api.PostAsync($"client/acme/webhooks/{webhook}/enable")).Expect(HttpStatusCode.OK);
        await ReadEverythingAsync(api, id, attachment, webhook);
        await Deadline.UntilAsync(() => api.DeleteAsync("client/acme"), answer => answer.Status == HttpStatusCode.OK);
        foreach (var log in system.ConfigServices.Concat(system.Schedulers).Concat(system.Senders).Select(service => service.Log))
        {
            Assert.All(
                log.Split('\n'),
                line => Assert.False(Refusals.Any(refusal => line.Contains(refusal, StringComparison.OrdinalIgnoreCase)), line));
        }

        Assert.True(proxy.Encrypted >= 4);
    }

    [Fact]
    public async Task The_bus_goes_to_no_broker_whose_certificate_nobody_vouches_for()
    {
        var (proxy, encrypted) = TlsProxy.BeforeRabbitMq(await servers.NewVirtualHostAsync());
        await using var _ = proxy;
        await using var scheduler = ServiceProcess.On(
            await servers.NewDatabaseAsync(), encrypted, "SchedulerService", new(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = null });
        await scheduler.StartAsync("/health/live");
        // MassTransit's line: the scheduler has a connection of its own beside the bus.
        await Deadline.UntilAsync(
            () => Task.FromResult(scheduler.Log.Split('\n')),
            log => Array.Exists(
                log,
                line => line.Contains("Connection Failed", StringComparison.Ordinal)
                    && line.Contains("The remote certificate", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_role_can_do_nothing_that_its_service_does_not()
    {
        var database = await servers.NewDatabaseAsync();
        await RolesAsync(database);
        await using var schema = ServiceProcess.On(database, "", "SchedulerService", arguments: "--apply-schema");
        await schema.RunToEndAsync();
        (string Role, string Statement)[] attempts =
        [
            ("mail_sender", "select * from mail.mt_doc_api_key"),
            ("mail_sender", "select * from mail.mt_doc_email_config"),
            ("mail_sender", "insert into mail.mt_doc_email_body (id, data) values ('a', '{}')"),
            ("mail_sender", "update mail.attachment set kept_until = null"),
            ("mail_sender", "delete from mail.attachment_piece"),
            ("mail_sender", "select * from mail.attachment_of_body"),
            ("mail_scheduler", "select * from mail.attachment_piece"),
            ("mail_scheduler", "update mail.attachment set client_id = 'acme'"),
            ("mail_sender", "delete from mail.mt_doc_hold"),
            ("mail_sender", "delete from mail.mt_doc_scheduled_email"),
            ("mail_scheduler", "select * from mail.mt_doc_api_key"),
            ("mail_scheduler", "delete from mail.mt_doc_scheduled_email"),
            ("mail_config", "select sealed from mail.webhook_secret"),
            ("mail_config", "select * from mail.webhook_secret"),
            ("mail_config", "update mail.webhook_secret set sealed = ''"),
            ("mail_config", "update mail.event set reason = 'another'"),
            ("mail_scheduler", "select * from mail.webhook"),
            ("mail_scheduler", "select * from mail.webhook_secret"),
            ("mail_scheduler", "delete from mail.event"),
            ("mail_sender", "delete from mail.event"),
            ("mail_sender", "update mail.event set reason = 'another'"),
            ("mail_sender", "insert into mail.webhook_secret (id, webhook, sealed) values (gen_random_uuid(), gen_random_uuid(), '')"),
            ("mail_sender", "delete from mail.webhook"),
            ("mail_sender", "select mail.drop_event_partitions(now())"),
            ("mail_config", "select mail.drop_event_partitions(now())"),
            ("mail_config", "delete from mail.mt_doc_sender"),
            ("mail_config", "drop table mail.mt_doc_email_config"),
            ("mail_config", "create table mail.mine (id int)"),
        ];
        foreach (var (role, statement) in attempts)
        {
            await using var dataSource = NpgsqlDataSource.Create(As(database, role));
            await using var command = dataSource.CreateCommand(statement);
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState);
        }
    }

    [Fact]
    public async Task A_sender_says_what_became_of_an_email_and_never_what_it_says_or_who_gets_it()
    {
        var database = await servers.NewDatabaseAsync();
        await RolesAsync(database);
        await using var schema = ServiceProcess.On(database, "", "SchedulerService", arguments: "--apply-schema");
        await schema.RunToEndAsync();
        await using var owner = NpgsqlDataSource.Create(database);
        await using var insert = owner.CreateCommand("""
            insert into mail.mt_doc_scheduled_email (id, data, client_id, status, scheduled_datetime, due_at, send_before)
            select id, jsonb_build_object('id', id, 'client_id', 'acme', 'to', '["ada@example.com"]'::jsonb, 'subject', 'Hello', 'body_id',
                'a', 'status', 'pending'), 'acme', 'pending', now(), now(), now()
            from gen_random_uuid() id
            """);
        await insert.ExecuteNonQueryAsync();
        await using var sender = NpgsqlDataSource.Create(As(database, "mail_sender"));
        foreach (var patch in new[]
        {
            """{"to": ["eve@example.com"]}""", """{"bcc": ["eve@example.com"]}""", """{"subject": "Goodbye"}""", """{"body_id": "b"}""",
            """{"headers": {"X-A": "b"}}""", """{"client_id": "other"}""", """{"template": {"name": "a", "version": 1}}""",
        })
        {
            await using var change = sender.CreateCommand("update mail.mt_doc_scheduled_email set data = data || $1::jsonb");
            change.Parameters.Add(new() { Value = patch });
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (await Assert.ThrowsAsync<PostgresException>(() => change.ExecuteNonQueryAsync())).SqlState);
            await using var byOwner = owner.CreateCommand("update mail.mt_doc_scheduled_email set data = data || $1::jsonb");
            byOwner.Parameters.Add(new() { Value = "{}" });
            Assert.Equal(1, await byOwner.ExecuteNonQueryAsync());
        }

        await using var outcome = sender.CreateCommand(
            "update mail.mt_doc_scheduled_email set status = 'sent', data = data || '{\"status\": \"sent\", \"smtp_reply\": \"250 Ok\"}'");
        Assert.Equal(1, await outcome.ExecuteNonQueryAsync());
    }

    // Every address of the API that is read, of which a new one that lacks a grant is known here.
    private static async Task ReadEverythingAsync(Api api, string id, string attachment, string webhook)
    {
        var document = (await api.GetAsync("/openapi/v1.json")).Expect(HttpStatusCode.OK).Json;
        var paths = document["paths"]!.AsObject().Where(path => path.Value!["get"] is not null)
            .Select(path => path.Key.Replace("{client_id}", "acme", StringComparison.Ordinal)
                .Replace("/attachments/{id}", $"/attachments/{attachment}", StringComparison.Ordinal)
                .Replace("/webhooks/{id}", $"/webhooks/{webhook}", StringComparison.Ordinal)
                .Replace("{name}", "welcome", StringComparison.Ordinal)
                .Replace("{key}", "digest", StringComparison.Ordinal)
                .Replace("{id}", id, StringComparison.Ordinal))
                    .ToList();
        Assert.Contains("/api/v1/forecast", paths);
        foreach (var path in paths)
            (await api.GetAsync(path)).Expect(HttpStatusCode.OK);
    }

    private static string As(string database, string role) =>
        new NpgsqlConnectionStringBuilder(database) { Username = role, Password = "of-its-own" }.ConnectionString;

    private static async Task RolesAsync(string database)
    {
        await using var dataSource = NpgsqlDataSource.Create(database);
        await using var command = dataSource.CreateCommand("""
            do $$ declare role text; begin
                perform pg_advisory_xact_lock(1);
                foreach role in array array['mail_config', 'mail_scheduler', 'mail_sender'] loop
                    if not exists (select from pg_roles where rolname = role) then
                        execute format('create role %I login password ''of-its-own''', role);
                    end if;
                end loop;
            end $$
            """);
        await command.ExecuteNonQueryAsync();
    }
}
