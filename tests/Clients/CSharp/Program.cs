using Shop;

// CLIENT ADDRESS KEY NAME: does with the one generated client what ../TypeScript/shop.ts does with another, and prints the same.
return args switch
{
    ["nswag", var address, var key, var client] => await NSwagShop.RunAsync(new(address), key, client),
    ["kiota", var address, var key, var client] => await KiotaShop.RunAsync(address, key, client),
    _ => 2,
};
