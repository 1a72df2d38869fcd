using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Mail.Local.Settings;

namespace Mail.Local.Running;

/// <summary>The REST API of the system on this machine, and what it and the services say of themselves.</summary>
/// <param name="address">Where ConfigService answers.</param>
/// <param name="settings">The settings, which have the key.</param>
internal sealed class ConfigApi(string address, LocalSettings settings)
{
    /// <summary>The API of the first instance of ConfigService.</summary>
    internal ConfigApi(LocalSettings settings)
        : this(new ServiceInstance(ServiceKind.Config, 1).Address(settings), settings)
    {
    }

    internal string Address => address;

    /// <summary>Asks, and returns the answer.</summary>
    /// <exception cref="LocalException">It refused, or did not answer.</exception>
    internal async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body = null)
    {
        using var request = new HttpRequestMessage(method, $"{address}/api/v1{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", settings["API_KEY"]);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        try
        {
            using var answer = await Http.Client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            return answer.IsSuccessStatusCode
                ? JsonNode.Parse(text.Length == 0 ? "{}" : text)!
                : throw new LocalException($"the API refused: {text}");
        }
        catch (Exception silent) when (Http.IsSilence(silent))
        {
            throw new LocalException($"the API does not answer: {silent.Message}", silent);
        }
    }

    /// <summary>Asks; null where it refuses or does not answer.</summary>
    internal async Task<JsonNode?> AskAsync(string path)
    {
        try
        {
            return await SendAsync(HttpMethod.Get, path);
        }
        catch (LocalException)
        {
            return null;
        }
    }

    /// <summary>
    /// What the senders lack and can't use, as they tell it themselves, for example
    /// <c>Missing: SMTP_HOST. Invalid: SMTP_PORT is no number</c>; nothing where they lack nothing.
    /// </summary>
    internal async Task<string> UnusableSettingsAsync()
    {
        var status = await AskAsync("/email-status");
        var missing = string.Join(", ", status?["missing"]?.AsArray().Select(name => (string?)name) ?? []);
        var invalid = string.Join("; ", status?["invalid"]?.AsObject().Select(entry => $"{entry.Key} {(string?)entry.Value}") ?? []);
        return string.Join(
            ". ", ((string[])[missing.Length > 0 ? $"Missing: {missing}" : "", invalid.Length > 0 ? $"Invalid: {invalid}" : ""])
            .Where(part => part.Length > 0));
    }

    /// <summary>Since when everything is held back, by whom, and how to release it; null where it is not.</summary>
    internal async Task<string?> HoldNoticeAsync()
    {
        var status = await AskAsync("/email-status");
        return (bool?)status?["held"] == true ? (string?)status["hint"] : null;
    }

    /// <summary>Why senders send nothing, as they tell it; null where they do.</summary>
    internal async Task<string?> SendersTroubleAsync()
    {
        var config = await AskAsync("/test-email/config");
        var blocked = config?["senders"]?.AsArray().FirstOrDefault(sender => (string?)sender?["state"] == "blocked");
        return blocked is null ? null : $"{(string?)blocked["reason"]} {(string?)blocked["hint"]}".Trim();
    }

    /// <summary>
    /// Why a sender sends nothing, as it tells it itself; null where it does. What begins with <c>Missing:</c> or <c>Invalid:</c> is
    /// about its settings.
    /// </summary>
    internal static async Task<string?> SenderTroubleAsync(string sender)
    {
        try
        {
            using var answer = await Http.Client.GetAsync(new Uri($"{sender}/health/ready"));
            return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["checks"]?["smtp"]?["description"];
        }
        catch (Exception silent) when (Http.IsSilence(silent))
        {
            return null;
        }
    }
}
