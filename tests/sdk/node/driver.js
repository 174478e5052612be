// Reads a JSON call a line, [operation, parameters], makes it with an official client, writes [answer, error].
'use strict';

const readline = require('readline');

const [, , which, address, region, accessKeyId, accessKeySecret] = process.argv;

function kms() {
  const sdk = require('@alicloud/kms20160120');
  const { Config } = require('@alicloud/rpc-client');
  const config = new Config({ accessKeyId, accessKeySecret, regionId: region, endpoint: address, protocol: 'http' });
  const client = new sdk.default(config);
  const method = (operation) => client[operation[0].toLowerCase() + operation.slice(1)];
  const names = (operation) => Object.entries(sdk[`${operation}Request`] ? sdk[`${operation}Request`].names() : {});
  return {
    offers: (operation, parameters) =>
      typeof method(operation) === 'function' &&
      parameters.every((parameter) => names(operation).some(([, wire]) => wire === parameter)),
    call: async (operation, parameters) => {
      const attributes = names(operation).filter(([, wire]) => wire in parameters);
      const request = Object.fromEntries(attributes.map(([attribute, wire]) => [attribute, parameters[wire]]));
      const Request = sdk[`${operation}Request`];
      const answer = await (Request ? method(operation).call(client, new Request(request)) : method(operation).call(client));
      return answer.toMap();
    },
  };
}

function popCore() {
  const { RPCClient } = require('@alicloud/pop-core');
  const client = new RPCClient({ accessKeyId, accessKeySecret, endpoint: `http://${address}`, apiVersion: '2016-01-20' });
  return {
    offers: () => true,
    call: (operation, parameters) => client.request(operation, parameters, { method: which === 'pop-get' ? 'GET' : 'POST' }),
  };
}

const client = which === 'kms' ? kms() : popCore();

async function answer(line) {
  const [what, operation, parameters] = JSON.parse(line);
  if (what === 'offers') return [client.offers(operation, parameters), null];
  try {
    return [await client.call(operation, parameters), null];
  } catch (error) {
    return [null, { code: String(error.code), message: String(error.message) }];
  }
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(JSON.stringify(await answer(line)) + '\n');
  }
})();
