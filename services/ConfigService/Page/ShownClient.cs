using Mail.ConfigService.Access;
using Mail.ConfigService.EmailConfigs;
using Mail.ConfigService.Holds;
using Mail.ConfigService.Status;
using Mail.ConfigService.Templates;
using Mail.Store;

namespace Mail.ConfigService.Page;

/// <summary>A client, as its page shows it.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Glance">Its e-mails in numbers; null where nothing is kept of it any more.</param>
/// <param name="Config">The items of the config that are shown; null where there is none.</param>
/// <param name="Items">How many items the config has.</param>
/// <param name="From">The place of the first that is shown.</param>
/// <param name="Series">Those that are series.</param>
/// <param name="Revisions">Who changed the config, the newest first.</param>
/// <param name="Hold">What holds it back.</param>
/// <param name="Templates">Its templates.</param>
/// <param name="Keys">Its keys, for the operator.</param>
public sealed record ShownClient(
    string ClientId, ClientGlance? Glance, EmailConfigView? Config, int Items, int From, IReadOnlyList<ConfigItem> Series,
    RevisionPage Revisions, HoldView? Hold, TemplateList Templates, ApiKeyList? Keys);
