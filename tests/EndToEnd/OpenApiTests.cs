using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>The document at <c>/openapi/v1.json</c>: all of the contract, nothing else, and true of real answers.</summary>
[Collection(SharedSystemTests.Name)]
public sealed class OpenApiTests(SharedSystem system) : IAsyncLifetime
{
    private static readonly string[] _refusesAttachments =
    [
        "422 attachment_not_found", "422 conflicting_fields", "422 invalid_base64", "422 empty_attachment", "422 unsafe_filename",
        "422 blocked_file_type", "422 unsupported_content_type", "422 unused_content_id", "422 unknown_content_id",
        "422 duplicate_content_id", "422 message_too_large",
    ];
    private static readonly string[] _ofData =
        ["422 template_invalid", "422 template_too_costly", "422 template_variable_missing", "422 template_variable_type"];

    /// <summary>What is refused wherever e-mails are written with templates.</summary>
    private static readonly string[] _ofTemplates =
        [.. _ofData, "422 conflicting_fields", "422 template_variable_unknown", "422 template_not_found", "422 template_version_not_found"];

    /// <summary>What is refused wherever a time may be a local one.</summary>
    private static readonly string[] _ofLocalTimes = ["422 unknown_time_zone", "422 local_time_skipped", "503 time_zones_outdated"];

    private static readonly string[] _refusesMany =
    [
        "409 idempotency_in_progress", "422 idempotency_key_reused", "422 invalid_idempotency_key", "422 too_many_emails",
        "422 filter_too_broad", "422 conflicting_fields", "422 time_without_offset", "422 scheduled_in_the_past",
        "422 scheduled_too_far_ahead", "422 invalid_query",
    ];

    /// <summary>The contract: what each operation answers, and the codes that only it refuses with.</summary>
    private static readonly Row[] _contract =
    [
        new(
            "PUT", "/client/{client_id}/templates/{name}", "client", 200, "412 version_mismatch", "422 template_invalid",
            "422 template_variable_type", "422 too_many_templates", "422 invalid_query"),
        new("GET", "/client/{client_id}/templates", "client", 200),
        new(
            "GET", "/client/{client_id}/templates/{name}", "client", 200, "404 template_not_found", "404 template_version_not_found",
            "422 invalid_query"),
        new("GET", "/client/{client_id}/templates/{name}/versions", "client", 200, "404 template_not_found", "422 invalid_query"),
        new("DELETE", "/client/{client_id}/templates/{name}", "client", 204, "404 template_not_found"),
        new("POST", "/client/{client_id}/templates/{name}/preview", "client", 200,
            "404 template_not_found", "404 template_version_not_found", "422 template_invalid", "422 template_too_costly",
            "422 template_variable_type"),
        new("POST",
            "/client/{client_id}/templates/{name}/apply", "client", 200,
            [
                "404 template_not_found", "404 template_version_not_found", "422 message_too_large", "422 unused_content_id",
                "422 unknown_content_id", "409 idempotency_in_progress", "422 idempotency_key_reused", "422 invalid_idempotency_key",
                .. _ofData,
            ]),
        new("GET", "/client/{client_id}/events", "client", 200, "410 cursor_expired", "422 invalid_query"),
        new("GET", "/events", "operator", 200, "410 cursor_expired", "422 invalid_query"),
        new(
            "POST", "/client/{client_id}/webhooks", "client", 201, "422 egress_forbidden", "422 too_many_webhooks",
            "503 webhooks_not_configured"),
        new("GET", "/client/{client_id}/webhooks", "client", 200),
        new("GET", "/client/{client_id}/webhooks/{id}", "client", 200, "404 webhook_not_found"),
        new("PATCH", "/client/{client_id}/webhooks/{id}", "client", 200, "404 webhook_not_found", "422 egress_forbidden"),
        new("DELETE", "/client/{client_id}/webhooks/{id}", "client", 204, "404 webhook_not_found"),
        new("POST", "/client/{client_id}/webhooks/{id}/enable", "client", 200, "404 webhook_not_found"),
        new(
            "POST", "/client/{client_id}/webhooks/{id}/rotate-secret", "client", 200, "404 webhook_not_found",
            "503 webhooks_not_configured"),
        new("POST", "/client/{client_id}/webhooks/{id}/test", "client", 200, "404 webhook_not_found", "504 no_outcome_yet"),
        new(
            "POST", "/client/{client_id}/webhooks/{id}/replay", "client", 200, "404 webhook_not_found", "410 cursor_expired",
            "422 conflicting_fields"),
        new("GET", "/client/{client_id}/webhooks/{id}/deliveries", "client", 200, "404 webhook_not_found", "422 invalid_query"),
        new("POST", "/client/{client_id}/api-keys", "operator", 201),
        new("GET", "/client/{client_id}/api-keys", "operator", 200),
        new("DELETE", "/client/{client_id}/api-keys/{id}", "operator", 204, "404 api_key_not_found"),
        new(
            "POST", "/client/{client_id}/attachments", "client", 201, "413 attachment_too_large", "422 digest_mismatch",
            "422 empty_attachment", "422 unsupported_content_type")
            { IsFile = true },
        new("GET", "/client/{client_id}/attachments/{id}", "client", 200, "404 attachment_not_found"),
        new("GET", "/email-status", "anyone", 200),
        new("GET", "/forecast", "client", 200, "422 invalid_query"),
        new("GET", "/test-email/config", "operator", 200),
        new(
            "POST", "/test-email", "operator", 200, "409 held", "409 idempotency_in_progress", "422 idempotency_key_reused",
            "422 invalid_idempotency_key", "502 smtp_failed", "503 email_not_configured", "504 no_outcome_yet"),
        new(
            "PUT", "/client/{client_id}/email-config", "client", 200,
            [
                "412 revision_mismatch", "422 already_sent", "422 scheduled_in_the_past", "422 scheduled_too_far_ahead",
                "422 time_without_offset", "422 invalid_query", "422 invalid_recurrence", "422 recurrence_never_occurs",
                "422 recurrence_too_frequent", .. _ofLocalTimes, .. _refusesAttachments.Union(_ofTemplates),
            ]),
        new("GET", "/client/{client_id}/email-config", "client", 200, "404 config_not_found"),
        new(
            "GET", "/client/{client_id}/email-config/series/{key}", "client", 200, "404 config_not_found", "404 series_not_found"),
        new(
            "POST", "/recurrence/preview", "client", 200, "422 invalid_recurrence", "422 recurrence_never_occurs",
            "422 recurrence_too_frequent", "422 unknown_time_zone", "422 conflicting_fields", "422 scheduled_too_far_ahead",
            "503 time_zones_outdated"),
        new("GET", "/client/{client_id}/email-config/revisions", "client", 200, "422 invalid_query", "422 invalid_body"),
        new("DELETE", "/client/{client_id}/email-config", "client", 200, "404 config_not_found", "412 revision_mismatch"),
        new("POST", "/client/{client_id}/scheduled-emails", "client", 201,
            [
                "409 idempotency_in_progress", "422 idempotency_key_reused", "422 invalid_idempotency_key", "422 scheduled_in_the_past",
                "422 scheduled_too_far_ahead", "422 time_without_offset", .. _ofLocalTimes, .. _refusesAttachments.Union(_ofTemplates),
            ]),
        new("POST", "/client/{client_id}/scheduled-emails/batch", "client", 201,
            [
                "409 idempotency_in_progress", "422 idempotency_key_reused", "422 invalid_idempotency_key", "422 scheduled_in_the_past",
                "422 scheduled_too_far_ahead", "422 time_without_offset", .. _ofLocalTimes, .. _refusesAttachments.Union(_ofTemplates),
            ]),
        new(
            "GET", "/client/{client_id}/scheduled-emails", "client", 200, "422 invalid_query", "422 invalid_body",
            "422 time_without_offset"),
        new("GET", "/scheduled-emails/{id}", "client", 200, "404 email_not_found"),
        new("POST", "/scheduled-emails/{id}/cancel", "client", 200, "404 email_not_found", "409 too_late"),
        new(
            "PATCH", "/scheduled-emails/{id}", "client", 200,
            [
                "404 email_not_found", "409 too_late", "409 managed_by_config", "422 scheduled_in_the_past", "422 scheduled_too_far_ahead",
                "422 time_without_offset", "422 conflicting_fields", .. _ofLocalTimes,
            ]),
        new("POST", "/scheduled-emails/{id}/send-now", "client", 200, "404 email_not_found", "409 too_late"),
        new("POST", "/scheduled-emails/{id}/resend", "client", 201, "404 email_not_found", "409 not_resendable", "409 already_resent",
            "409 idempotency_in_progress", "422 idempotency_key_reused", "422 invalid_idempotency_key"),
        new("POST", "/scheduled-emails/{id}/dismiss", "client", 200, "404 email_not_found", "409 not_final"),
        new("POST", "/scheduled-emails/bulk", "operator", 200, _refusesMany),
        new("POST", "/client/{client_id}/scheduled-emails/bulk", "client", 200, _refusesMany),
        new("POST", "/scheduled-emails/process", "operator", 200),
        new("POST", "/hold", "operator", 200),
        new("POST", "/release", "operator", 200),
        new("POST", "/client/{client_id}/hold", "operator", 200),
        new("POST", "/client/{client_id}/release", "operator", 200),
        new("GET", "/holds", "operator", 200),
        new("DELETE", "/client/{client_id}", "operator", 200, "404 client_not_found", "409 still_sending"),
        new("GET", "/erasures", "operator", 200),
    ];

    /// <summary>Operations whose body has no fields: generated clients would have their callers pass an empty object.</summary>
    private static readonly string[] _withoutFields =
        ["CancelEmail", "SendNow", "DismissEmail", "ProcessDue", "EnableWebhook", "TestWebhook"];

    private readonly Api _api = system.Mail.Api;
    private readonly Api _anyone = new(system.Mail.ConfigServices[0].Address, key: null);
    private readonly string _client = SharedSystemTests.NewClient();
    private JsonNode _document = null!;

    private sealed record Row(string Method, string Path, string Audience, int Success, params string[] Refuses)
    {
        /// <summary>Whether the body is a file, and no JSON.</summary>
        public bool IsFile { get; init; }

        /// <summary>The row with what all operations of its kind refuse.</summary>
        public override string ToString()
        {
            List<string> all = [.. Refuses, "422 unknown_parameter", "500 internal_error", "503 database_unavailable", "503 too_busy"];
            if (Audience != "anyone")
                all.AddRange(["401 unauthorized", "429 too_many_wrong_keys", "429 too_many_requests"]);
            if (Audience == "operator" || Path.Contains("{client_id}", StringComparison.Ordinal))
                all.Add("403 forbidden");
            if (Path.Contains("{client_id}", StringComparison.Ordinal))
                all.Add("422 invalid_client_id");
            if (IsFile)
                all.AddRange(["400 bad_request", "415 unsupported_content_encoding"]);
            else if (Method is "POST" or "PUT" or "PATCH")
            {
                all.AddRange(
                    [
                        "400 invalid_json", "400 bad_request", "413 body_too_large", "415 unsupported_media_type",
                        "415 unsupported_content_encoding", "422 invalid_body", "422 unknown_field", "422 duplicate_field",
                    ]);
            }

            return $"{Path} {Method} ({Audience}) {Success}, or {string.Join(", ", all.Order(StringComparer.Ordinal))}";
        }
    }

    public async ValueTask InitializeAsync() => _document = (await _anyone.GetAsync("/openapi/v1.json")).Expect(HttpStatusCode.OK).Json;

    public ValueTask DisposeAsync()
    {
        _anyone.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void The_document_has_every_operation_of_the_contract_and_no_other() =>
        Assert.Equal(
            _contract.Select(row => row.ToString()).Order(StringComparer.Ordinal),
            Operations().Select(each => new
            {
                each.Method,
                each.Path,
                Audience = (string)each.Operation["x-audience"]!,
                Success = each.Operation["responses"]!.AsObject().Select(response => response.Key).Where(status => status.StartsWith('2'))
                    .Max(StringComparer.Ordinal),
                Refuses = each.Operation["responses"]!.AsObject().Where(response => !response.Key.StartsWith('2'))
                    .SelectMany(
                        response => Resolve(response.Value!)["x-codes"]!.AsArray().Select(code => $"{response.Key} {(string)code!}")),
            })
                .Select(row =>
                    $"{row.Path} {row.Method} ({row.Audience}) {row.Success}, or "
                    + $"{string.Join(", ", row.Refuses.Order(StringComparer.Ordinal))}")
                .Order(StringComparer.Ordinal));

    [Fact]
    public void It_is_OpenAPI_3_1_names_its_licence_and_every_reference_leads_somewhere()
    {
        Assert.StartsWith("3.1", (string)_document["openapi"]!, StringComparison.Ordinal);
        Assert.Equal(
            ("Mail API", "v1", "MIT"),
            ((string)_document["info"]!["title"]!, (string)_document["info"]!["version"]!,
                (string)_document["info"]!["license"]!["name"]!));
        Assert.Equal("/", (string)Assert.Single(_document["servers"]!.AsArray())!["url"]!);
        var references = Nodes(_document).OfType<JsonObject>()
            .Select(node => (string?)(node["$ref"] as JsonValue)).OfType<string>().Distinct().ToList();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(At(reference)));
    }

    [Fact]
    public void Every_operation_has_a_summary_examples_that_fit_their_schemas_and_says_which_keys_it_takes()
    {
        var tags = _document["tags"]!.AsArray().Select(tag => (string)tag!["name"]!).ToList();
        foreach (var (method, path, operation) in Operations())
        {
            var at = $"{method} {path}";
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["summary"]), $"{at} has no summary");
            Assert.False(string.IsNullOrWhiteSpace((string?)operation["description"]), $"{at} has no description");
            Assert.Contains((string)Assert.Single(operation["tags"]!.AsArray())!, tags);
            var anyone = (string)operation["x-audience"]! == "anyone";
            Assert.Equal(anyone ? [] : ["bearer", "api_key"], operation["security"]!.AsArray().Select(way => way!.AsObject().Single().Key));
            Assert.Equal(
                (string)operation["x-audience"]! == "operator",
                ((string)operation["description"]!).Contains("operator's key", StringComparison.Ordinal));
            var hasBody = method is "POST" or "PUT" or "PATCH" && !_withoutFields.Contains((string)operation["operationId"]!);
            Assert.Equal(hasBody, operation["requestBody"] is not null);
            Assert.All(
                operation["responses"]!.AsObject(), response => Assert.NotNull(Resolve(response.Value!)["headers"]!["X-Request-Id"]));

            var bodies = operation["responses"]!.AsObject().Select(response => Resolve(response.Value!)["content"])
                .Append(operation["requestBody"]?["content"]);
            foreach (var media in bodies.OfType<JsonObject>().Select(content => content.Single().Value!))
            {
                var examples = media["examples"] is JsonObject many
                    ? many.Select(example => Resolve(example.Value!)["value"]).ToList()
                    : [media["example"]];
                Assert.All(examples, example => Fits(example, media["schema"]!, at));
            }
        }
    }

    [Fact]
    public void Requests_rule_out_fields_that_they_do_not_take_and_say_their_limits()
    {
        var schemas = _document["components"]!["schemas"]!;
        foreach (var (name, schema) in schemas.AsObject().Where(schema => schema.Key.EndsWith("Input", StringComparison.Ordinal)))
            Assert.False((bool?)schema!["additionalProperties"] ?? true, name);
        var item = schemas["ConfigItemInput"]!["properties"]!;
        Assert.Equal(10_000, (int)schemas["EmailConfigInput"]!["properties"]!["emails"]!["maxItems"]!);
        Assert.Equal(
            (128, 998, 50, 20),
            ((int)item["key"]!["maxLength"]!, (int)item["subject"]!["maxLength"]!, (int)item["to"]!["maxItems"]!,
                (int)schemas["EmailHeaders"]!["maxProperties"]!));
        // One of three kinds of time is, which a list of fields can't say.
        Assert.Equal(["to"], schemas["ConfigItemInput"]!["required"]!.AsArray().Select(field => (string)field!));
        Assert.Equal(["to"], schemas["EmailInput"]!["required"]!.AsArray().Select(field => (string)field!));
        Assert.Null(schemas["EmailInput"]!["properties"]!["key"]);
    }

    [Fact]
    public void Everything_that_generated_code_makes_a_type_of_has_a_name()
    {
        // One within another is called Anonymous, Items4 or Email_status2, as the generator likes.
        var named = _document["components"]!["schemas"]!.AsObject().Select(schema => schema.Value!).ToList();
        var types = Nodes(_document).OfType<JsonObject>()
            .Where(node => node["enum"] is JsonArray
                || (node["type"] is not null && (node["properties"] ?? node["additionalProperties"]) is JsonObject));
        Assert.Empty(types.Except(named).Select(node => node.GetPath()));
        Assert.Equal(
            "EmailStatus", ((string)_document["components"]!["schemas"]!["Email"]!["properties"]!["status"]!["$ref"]!).Split('/')[^1]);
    }

    [Fact]
    public void Generated_code_can_tell_what_is_left_out_reads_later_codes_and_throws_the_detail()
    {
        var schemas = _document["components"]!["schemas"]!;
        foreach (var (name, schema) in schemas.AsObject())
        {
            var required = (schema!["required"]?.AsArray() ?? []).Select(field => (string)field!).ToList();
            foreach (var (field, value) in schema["properties"]?.AsObject().Where(field => !required.Contains(field.Key)) ?? [])
                Assert.False(Misfits(null, value!, "").Any(), $"{name}.{field} may be left out, and is not nullable");
        }

        var problem = schemas["Problem"]!["properties"]!;
        Assert.Equal((true, "string"), ((bool)problem["detail"]!["x-ms-primary-error-message"]!, (string)problem["code"]!["type"]!));
        Assert.Null(problem["code"]!["enum"]);
        Assert.Contains("too_late", problem["code"]!["x-extensible-enum"]!.AsArray().Select(code => (string)code!));
    }

    [Fact]
    public void Whole_numbers_are_integers_alone()
    {
        var numbers = Nodes(_document).OfType<JsonObject>()
            .Where(node => (string?)(node["format"] as JsonValue) is "int32" or "int64").ToList();
        Assert.NotEmpty(numbers);
        Assert.All(numbers, node => Assert.Contains(node["type"]!.ToJsonString(), (string[])["\"integer\"", """["null","integer"]"""]));
    }

    [Fact]
    public async Task Real_answers_about_single_emails_have_exactly_the_fields_of_their_schemas()
    {
        const string Path = "/client/{client_id}/scheduled-emails";
        var due = Api.In(TimeSpan.FromHours(1));
        var id = (string)(await TrueAsync("POST", Path, Api.Item(null, due)))["id"]!;
        await TrueAsync("GET", "/scheduled-emails/{id}", id: id);
        await TrueAsync("PATCH", "/scheduled-emails/{id}", new JsonObject { ["scheduled_datetime"] = Api.Time(due.AddHours(1)) }, id);
        await TrueAsync("POST", "/scheduled-emails/{id}/cancel", id: id);
        await TrueAsync("POST", Path + "/batch", Api.Config(Api.Item(null, due), Api.Item(null, due)));
        Assert.Equal(3, (await TrueAsync("GET", Path))["items"]!.AsArray().Count);
        await TrueAsync("POST", "/scheduled-emails/process");

        var sent = (string)(await TrueAsync("POST", Path, Api.Item(null, Api.In(TimeSpan.Zero))))["id"]!;
        await _api.EmailAsync(sent, "sent");
        await TrueAsync("GET", "/scheduled-emails/{id}", id: sent);
        system.Mail.Smtp.ButFor($"nobody@{_client}.example", "550 5.1.1 no such user");
        var failed = (string)(await TrueAsync("POST", Path, Api.Item(null, Api.In(TimeSpan.Zero), to: $"nobody@{_client}.example")))["id"]!;
        await _api.EmailAsync(failed, "failed");
        Assert.NotNull((await TrueAsync("GET", "/scheduled-emails/{id}", id: failed))["last_error"]);

        Assert.Equal("too_late", (string)(await TrueAsync("POST", "/scheduled-emails/{id}/cancel", id: sent))["code"]!);
        Assert.Equal("not_resendable", (string)(await TrueAsync("POST", "/scheduled-emails/{id}/resend", id: sent))["code"]!);
        Assert.Equal("email_not_found", (string)(await TrueAsync("GET", "/scheduled-emails/{id}", id: "1"))["code"]!);
        Assert.Equal("unknown_field", (string)(await TrueAsync("POST", Path, Api.Item("k", due)))["code"]!);
    }

    [Fact]
    public async Task Real_answers_about_a_config_have_exactly_the_fields_of_their_schemas()
    {
        const string Path = "/client/{client_id}/email-config";
        var due = Api.In(TimeSpan.FromHours(1));
        await TrueAsync("PUT", Path, Api.Config(Api.Item("kept", due), Api.Item("changed", due), Api.Item("gone", due)));
        var saved = await TrueAsync(
            "PUT", Path, Api.Config(Api.Item("kept", due), Api.Item("changed", due, subject: "Other"), Api.Item(null, due)));
        Assert.Equal(["kept", "superseded", "scheduled"], saved["emails"]!.AsArray().Select(item => (string)item!["action"]!));
        Assert.NotEmpty(saved["removed"]!.AsArray());
        await TrueAsync("PUT", Path, Api.Config(Api.Item("new", due)), query: "?dry_run=true");
        var shown = await TrueAsync("GET", Path);
        Fits(shown, _document["components"]!["schemas"]!["EmailConfigInput"]!, "a config as it is shown");
        Assert.Equal(3, (int)(await TrueAsync("PUT", Path, shown))["changes"]!["kept"]!);
        await TrueAsync("GET", Path + "/revisions");
        await TrueAsync("GET", "/scheduled-emails/{id}", id: (string)saved["emails"]![1]!["supersedes"]!);
        Assert.Equal(
            "managed_by_config",
            (string)(await TrueAsync(
                "PATCH", "/scheduled-emails/{id}", new JsonObject { ["scheduled_datetime"] = Api.Time(due) },
                (string)saved["emails"]![0]!["id"]!))["code"]!);
        Assert.Equal(
            "scheduled_in_the_past",
            (string)(await TrueAsync("PUT", Path, Api.Config(Api.Item("old", Api.In(TimeSpan.FromHours(-2))))))["code"]!);
        await TrueAsync("DELETE", Path);
        Assert.Equal("config_not_found", (string)(await TrueAsync("GET", Path))["code"]!);
    }

    [Fact]
    public async Task Real_answers_about_templates_have_exactly_the_fields_of_their_schemas()
    {
        const string Path = "/client/{client_id}/templates/{name}";
        var written = new JsonObject
        {
            ["subject"] = "Hello {{ user.name }}",
            ["html"] = "<p>{{ plan }}</p>",
            ["variables"] = new JsonObject { ["plan"] = new JsonObject { ["type"] = "string", ["default"] = "free" } },
            ["sample"] = new JsonObject { ["user"] = new JsonObject { ["name"] = "Ada" } },
        };
        await TrueAsync("PUT", Path, written);
        Assert.Single((await TrueAsync("GET", "/client/{client_id}/templates"))["items"]!.AsArray());
        await TrueAsync("GET", Path);
        await TrueAsync("GET", Path + "/versions");
        await TrueAsync("POST", Path + "/preview", new JsonObject());
        var item = Api.Item("a", Api.In(TimeSpan.FromHours(1)));
        item.Remove("subject");
        item.Remove("text");
        item["template"] = new JsonObject
        {
            ["name"] = "welcome",
            ["data"] = new JsonObject { ["user"] = new JsonObject { ["name"] = "Ada" } },
        };
        var id = (string)(await TrueAsync("PUT", "/client/{client_id}/email-config", Api.Config(item)))["emails"]![0]!["id"]!;
        Assert.Equal("welcome", (string)(await TrueAsync("GET", "/scheduled-emails/{id}", id: id))["template"]!["name"]!);
        Assert.Null((await TrueAsync("GET", "/client/{client_id}/email-config"))["emails"]![0]!["subject"]);
        written["subject"] = "Hi {{ user.name }}";
        await TrueAsync("PUT", Path, written);
        Assert.Single((await TrueAsync("POST", Path + "/apply", new JsonObject()))["emails"]!.AsArray());
        item["template"]!["data"] = new JsonObject();
        Assert.Equal(
            "template_variable_missing",
            (string)(await TrueAsync("PUT", "/client/{client_id}/email-config", Api.Config(item.DeepClone().AsObject())))["code"]!);
        await TrueAsync("DELETE", Path);
        Assert.Equal("template_not_found", (string)(await TrueAsync("GET", Path))["code"]!);
    }

    [Fact]
    public async Task Real_answers_about_keys_holds_and_senders_have_exactly_the_fields_of_their_schemas()
    {
        var key = await TrueAsync("POST", "/client/{client_id}/api-keys", new JsonObject { ["name"] = "shop" });
        await TrueAsync("GET", "/client/{client_id}/api-keys");
        await TrueAsync("DELETE", "/client/{client_id}/api-keys/{id}", id: (string)key["id"]!);
        Assert.Equal(
            "api_key_not_found", (string)(await TrueAsync("DELETE", "/client/{client_id}/api-keys/{id}", id: (string)key["id"]!))["code"]!);
        await TrueAsync("POST", "/client/{client_id}/hold", new JsonObject { ["reason"] = "a test" });
        Assert.NotEmpty((await TrueAsync("GET", "/holds"))["items"]!.AsArray());
        await TrueAsync("POST", "/client/{client_id}/release");
        await TrueAsync("GET", "/email-status");
        await TrueAsync("GET", "/forecast");
        Assert.NotEmpty((await TrueAsync("GET", "/test-email/config"))["senders"]!.AsArray());
        await TrueAsync("POST", "/test-email", new JsonObject { ["to"] = $"test@{_client}.example" });
        Assert.Equal("invalid_query", (string)(await TrueAsync("GET", "/client/{client_id}/scheduled-emails", query: "?limit=0"))["code"]!);
    }

    [Fact]
    public async Task Real_answers_about_erasures_have_exactly_the_fields_of_their_schemas()
    {
        await TrueAsync("POST", "/client/{client_id}/scheduled-emails", Api.Item(null, Api.In(TimeSpan.FromHours(1))));
        Assert.Equal(1, (int)(await TrueAsync("DELETE", "/client/{client_id}"))["emails"]!["cancelled"]!);
        Assert.Equal("client_not_found", (string)(await TrueAsync("DELETE", "/client/{client_id}"))["code"]!);
        Assert.InRange((int)(await TrueAsync("GET", "/erasures"))["clients"]!, 1, int.MaxValue);
    }

    [Fact]
    public async Task The_docs_can_be_read_and_send_their_reader_to_nobody_else()
    {
        using var client = new HttpClient { BaseAddress = system.Mail.ConfigServices[0].Address };
        using var docs = await client.GetAsync(new Uri("/docs", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, "text/html"), (docs.StatusCode, docs.Content.Headers.ContentType!.MediaType));
        Assert.DoesNotContain("https://", await docs.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'self'", docs.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using var script = await client.GetAsync(new Uri("/docs/scalar.js", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, script.StatusCode);
    }

    /// <summary>Calls, and holds the answer against what the document says of it.</summary>
    private async Task<JsonNode> TrueAsync(string method, string path, JsonNode? body = null, string? id = null, string query = "")
    {
        var operation = _document["paths"]![$"/api/v1{path}"]![method.ToLowerInvariant()]!;
        var answer = await _api.SendAsync(
            new HttpMethod(method),
            path[1..].Replace("{client_id}", _client, StringComparison.Ordinal)
                .Replace("{id}", id, StringComparison.Ordinal).Replace("{name}", "welcome", StringComparison.Ordinal)
            + query,
            body);
        var response = operation["responses"]![((int)answer.Status).ToString(CultureInfo.InvariantCulture)];
        Assert.True(response is not null, $"{method} {path} is not said to answer {answer}");
        response = Resolve(response);
        if (response["content"] is not { } content)
        {
            Assert.Equal("", answer.Text);
            return new JsonObject();
        }

        var media = content[answer.ContentType!];
        Assert.True(media is not null, $"{method} {path} is not said to answer {answer.ContentType}");
        Fits(answer.Json, media["schema"]!, $"{method} {path}");
        if (response["x-codes"] is { } codes)
            Assert.Contains(answer.Code, codes.AsArray().Select(code => (string)code!));
        return answer.Json;
    }

    private IEnumerable<(string Method, string Path, JsonNode Operation)> Operations() =>
        from path in _document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (
            operation.Key.ToUpperInvariant(),
            path.Key.StartsWith("/api/v1", StringComparison.Ordinal) ? path.Key["/api/v1".Length..] : path.Key, operation.Value);

    private void Fits(JsonNode? value, JsonNode schema, string at)
    {
        var misfits = Misfits(value, schema, at).ToList();
        Assert.True(misfits.Count == 0, string.Join('\n', misfits));
    }

    /// <summary>Where a value is not what its schema says; a field that the schema does not name counts.</summary>
    private IEnumerable<string> Misfits(JsonNode? value, JsonNode schema, string at)
    {
        schema = Resolve(schema);
        // Where nothing is said, anything may be.
        if ((schema["oneOf"] ?? schema["type"]) is null)
            return [];
        if (schema["oneOf"] is JsonArray ways)
            return ways.Any(way => !Misfits(value, way!, at).Any()) ? [] : [$"{at} is none of its kinds: {value?.ToJsonString()}"];
        var types = schema["type"] is JsonArray several ? several.Select(type => (string)type!).ToList() : [(string)schema["type"]!];
        // A whole number is a number, too.
        if (!types.Contains(TypeOf(value)) && !(TypeOf(value) == "integer" && types.Contains("number")))
            return [$"{at} is {TypeOf(value)}, not {string.Join(" or ", types)}"];
        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
            return [$"{at} is none of its words: {value?.ToJsonString()}"];
        return value switch
        {
            JsonObject fields => [.. OfObject(fields, schema, at)],
            JsonArray items => [.. items.SelectMany((item, index) => Misfits(item, schema["items"]!, $"{at}/{index}"))],
            not null when (string?)schema["format"] == "uuid" && !Guid.TryParse((string)value!, out _) => [$"{at} is no uuid: {value}"],
            not null when (string?)schema["format"] == "date-time"
                && !DateTimeOffset.TryParse((string)value!, CultureInfo.InvariantCulture, out _) => [$"{at} is no time: {value}"],
            _ => [],
        };
    }

    private IEnumerable<string> OfObject(JsonObject fields, JsonNode schema, string at)
    {
        // One of whose fields nothing is said may have any.
        if ((schema["properties"] ?? schema["additionalProperties"]) is null)
            return [];
        var known = schema["properties"] as JsonObject ?? [];
        var missing = (schema["required"]?.AsArray() ?? []).Select(name => (string)name!)
            .Where(name => !fields.ContainsKey(name)).Select(name => $"{at}/{name} is missing");
        return missing.Concat(fields.SelectMany(field => (known[field.Key] ?? schema["additionalProperties"] as JsonObject) is { } own
            ? Misfits(field.Value, own, $"{at}/{field.Key}")
            : [$"{at}/{field.Key} is not in the schema"]));
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.ToJsonString().Contains('.', StringComparison.Ordinal) ? "number" : "integer",
        _ => "boolean",
    };

    private JsonNode Resolve(JsonNode node) => (string?)(node["$ref"] as JsonValue) is { } reference
        ? At(reference) ?? throw new InvalidOperationException($"{reference} leads nowhere")
        : node;

    private JsonNode? At(string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)_document, (node, name) => node?[name]);

    private static IEnumerable<JsonNode?> Nodes(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Nodes(field.Value)).Prepend(node),
        JsonArray items => items.SelectMany(Nodes).Prepend(node),
        _ => [node],
    };
}
